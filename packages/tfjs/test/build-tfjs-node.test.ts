import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

// How the script goes about its work and fails; that what it builds computes, CI shows with the tests of every learner.

const SCRIPT = fileURLToPath(new URL('../scripts/build-tfjs-node.mjs', import.meta.url))
let root = ''
beforeEach(() => void (root = mkdtempSync(path.join(tmpdir(), 'hearsay-build-'))))
afterEach(() => rmSync(root, { recursive: true }))

/** Puts a command in the PATH, the only one there but for those of the system's shell. */
function command(name: string, program: string): void {
  const file = path.join(root, 'bin', name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${program}\n`)
  chmodSync(file, 0o755)
}

/** Reports a signal to a child that was never started: Node sends it to whatever process has the number that lies in memory there. */
const KILL_WITNESS = `import { ChildProcess } from 'node:child_process'
const { kill } = ChildProcess.prototype
ChildProcess.prototype.kill = function (signal) {
  if (this.pid !== undefined) return kill.call(this, signal)
  console.error('a signal to a child that was not started')
  return false
}
`

/** Runs the script with a cache folder and a PATH of its own. */
function build(...argv: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const witness = path.join(root, 'witness.mjs')
  writeFileSync(witness, KILL_WITNESS)
  const env = { XDG_CACHE_HOME: root, PATH: path.join(root, 'bin'), NODE_OPTIONS: `--import ${pathToFileURL(witness)}` }
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...argv], { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr })
    })
  })
}

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the build of tfjs-node', () => {
  test('names the command that is not there, and what it was to do', async () => {
    command('python3', 'exec /bin/sleep 60')
    const { code, stdout, stderr } = await build()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /^tfjs-node is not built: installing @tensorflow\/tfjs-node .*: npm does not start \(.*\)\n$/,
    )
  })

  test('signals nobody where no command is there', async () => {
    const { code, stderr } = await build()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^tfjs-node is not built: installing .*: npm does not start \(.*\)\n$/)
  })

  test('shows the last that a failing command has said', async () => {
    command('npm', 'exec /bin/sleep 60')
    command('python3', 'i=0; while [ $i -lt 30 ]; do i=$((i + 1)); echo "line $i" >&2; done; exit 3')
    const { code, stderr } = await build()
    expect(code).toBe(1)
    const lines = stderr.trimEnd().split('\n')
    expect(lines.slice(0, -1)).toEqual(Array.from({ length: 12 }, (_, i) => `line ${19 + i}`))
    expect(lines.at(-1)).toMatch(
      /^tfjs-node is not built: downloading libtensorflow .*: python3 ended with code 3 after \d+ s/,
    )
  })

  test('says what it was at when it is stopped, and starts no more', async () => {
    command('npm', 'exec /bin/sleep 60')
    command('python3', 'kill -TERM $PPID; exec /bin/sleep 60')
    const { code, stderr } = await build()
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /stopped by SIGTERM while installing @tensorflow\/tfjs-node .*, and downloading libtensorflow/,
    )
  })

  test('takes what is there, of its versions only, and only where it computes', async () => {
    const folder = path.join(root, 'there')
    const source = readFileSync(SCRIPT, 'utf8')
    const [tfjs, tensorflow] = [/TFJS_NODE = '(.+)'/, /TENSORFLOW = '(.+)'/].map(
      (pattern) => source.match(pattern)?.[1],
    )
    const pretend = (versions: string, sum: number): void => {
      const target = path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node')
      mkdirSync(target, { recursive: true })
      const product = `{ dataSync: () => [${sum}] }`
      const program = `module.exports = { ones() {}, matMul: () => (${product}), getBackend: () => 'tensorflow' }`
      writeFileSync(path.join(target, 'index.js'), program)
      writeFileSync(path.join(folder, 'built'), versions)
    }
    pretend(`${tfjs}-tensorflow-${tensorflow}`, 64)
    expect(await build(folder)).toEqual({ code: 0, stdout: `${folder}\n`, stderr: '' })
    for (const [versions, sum] of [
      [`${tfjs}-tensorflow-2.0.0`, 64],
      [`${tfjs}-tensorflow-${tensorflow}`, 63],
    ] as const) {
      pretend(versions, sum)
      expect(await build(folder)).toMatchObject({ code: 1, stdout: '' })
      expect(readdirSync(folder)).toEqual(['partial'])
    }
  })
})
