import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { nodeProblem } from '../src/node-version.ts'
import { jsonLines } from './harness.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const ENDLESS = ['simulate', '--peers', '20', '--cycles', '1000000000', '--report-at', '1,2,3', '--json']

describe('the hearsay process', () => {
  it('ends by Ctrl-C with its summary and exit code 130', async () => {
    const child = spawn(process.execPath, [MAIN, ...ENDLESS], { stdio: ['ignore', 'pipe', 'pipe'] })
    const lines: string[] = []
    const reader = createInterface({ input: child.stdout })
    reader.on('line', (line) => {
      lines.push(line)
      if (line.includes('"cycle":3')) child.kill('SIGINT')
    })
    const errors: string[] = []
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    expect(errors.join('')).toBe('')
    expect(code).toBe(130)
    expect(jsonLines(`${lines.join('\n')}\n`).at(-1)).toMatchObject({ type: 'summary', interrupted: true })
  })

  it('ends quietly when the reader of stdout leaves', async () => {
    const child = spawn(process.execPath, [MAIN, ...ENDLESS.slice(0, -3), '--report-at', 'all', '--json'])
    const errors: string[] = []
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
    child.stdout.once('data', () => child.stdout.destroy())
    const [code] = (await once(child, 'close')) as [number | null]
    expect(errors.join('')).toBe('')
    expect(code).toBe(0)
  })

  it('reports a wrong flag with exit code 2', async () => {
    const child = spawn(process.execPath, [MAIN, 'simulate', '--peers', 'x'])
    const [code] = (await once(child, 'close')) as [number | null]
    expect(code).toBe(2)
  })
})

describe('the version of Node', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string }
  }
  const least = Number(engines.node.replace('>=', ''))

  it('is refused where the package does not support it', () => {
    expect(nodeProblem(`${least - 1}.9.0`)).toContain(`needs Node ${least} or later`)
    expect(nodeProblem('8.17.0')).toContain('this is Node 8.17.0')
    expect(nodeProblem(`${least}.0.0`)).toBeUndefined()
    expect(nodeProblem('100.0.0')).toBeUndefined()
  })
})
