import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../scripts/lib/lock.mjs'
import { runCaptured, runForeground } from '../scripts/lib/process.mjs'
import { workspaceNode } from '../scripts/lib/workspace.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'hearsay-scripts-'))
const lock = path.join(folder, 'lock')

beforeEach(() => rmSync(lock, { force: true }))
afterAll(() => rmSync(folder, { recursive: true }))

describe('withLock', () => {
  it('lets one task in at a time', async () => {
    const events: string[] = []
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    const first = withLock(lock, async () => {
      events.push('first in')
      await opened
      events.push('first out')
    })
    const second = withLock(lock, async () => void events.push('second in'))
    expect(readFileSync(lock, 'utf8')).toBe(String(process.pid))
    open()
    await Promise.all([first, second])
    expect(events).toEqual(['first in', 'first out', 'second in'])
  })

  it('is released when the task fails', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(existsSync(lock)).toBe(false)
  })

  it('is taken over from a process that has ended', async () => {
    const { pid } = spawnSync(workspaceNode, ['--version'])
    writeFileSync(lock, String(pid))
    expect(await withLock(lock, () => Promise.resolve('done'))).toBe('done')
    expect(existsSync(lock)).toBe(false)
  })
})

describe('runCaptured', () => {
  it('returns what was printed on both streams, and the exit code', async () => {
    const script = 'console.log("out"); console.error("err"); process.exitCode = 3'
    const { code, output } = await runCaptured(workspaceNode, ['-e', script])
    expect(code).toBe(3)
    expect(output.split('\n').sort()).toEqual(['', 'err', 'out'])
  })

  it('rejects for a command that does not exist', async () => {
    await expect(runCaptured(path.join(folder, 'nowhere'), [])).rejects.toThrow('ENOENT')
  })
})

describe('runForeground', () => {
  it('returns the exit code', async () => {
    expect(await runForeground(['-e', 'process.exitCode = 7'])).toBe(7)
  })

  it('returns 128 + the number of the signal that killed it', async () => {
    expect(await runForeground(['-e', 'process.kill(process.pid, "SIGKILL")'])).toBe(137)
  })

  it('hands a signal on, once', async () => {
    const script = `
      let signals = 0
      process.on('SIGTERM', () => { signals++; setTimeout(() => process.exit(40 + signals), 100) })
      process.kill(process.ppid, 'SIGTERM')
      process.kill(process.ppid, 'SIGTERM')
      setInterval(() => {}, 1000)`
    expect(await runForeground(['-e', script])).toBe(41)
  })

  it('ends what it runs where it is killed itself, and not what that has started', async () => {
    const library = new URL('../scripts/lib/process.mjs', import.meta.url).href
    const grandchild = 'setTimeout(() => console.log("lives on"), 1000); console.log(process.env.HEARSAY_PARENT)'
    const child = `
      require('node:child_process').spawn(process.execPath, [...process.execArgv.slice(0, 2), '-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' })
      process.on('SIGTERM', () => { console.log('terminated'); process.exit() })
      setInterval(() => {}, 1000)
      process.kill(process.ppid, 'SIGKILL')`
    const wrapper = `import { runForeground } from ${JSON.stringify(library)}; await runForeground(['-e', ${JSON.stringify(child)}])`
    const { signal, stdout } = spawnSync(workspaceNode, ['--input-type=module', '-e', wrapper], { encoding: 'utf8' })
    expect(signal).toBe('SIGKILL')
    expect(stdout.trim().split('\n').sort()).toEqual(['lives on', 'terminated', 'undefined'])
  })
})
