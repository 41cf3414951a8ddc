import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inRoot, workspaceNode } from '../scripts/lib/workspace.mjs'
import { HearsayProcess } from './hearsay-process.ts'

// What a run of an experiment leaves behind when it is killed, interrupted, or shared out.

const folder = mkdtempSync(path.join(tmpdir(), 'hearsay-experiment-'))
const grid = path.join(folder, 'grid.yaml')
const endless = path.join(folder, 'endless.yaml')
const whole = path.join(folder, 'whole')

afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, duration: number): string => `name: ${name}
title: A small grid
seeds: 4
setting: {data: spambase, peers: 20, cycle: 1 s, duration: ${duration} cycles, measure: {at: [1, ${duration}], peers: 1}, learner: {model: logistic}}
contestants:
  gossip: {method: gossip}
  federated: {method: fedavg}
`

function run(...argv: readonly string[]): HearsayProcess {
  return new HearsayProcess('experiment', 'run', ...argv)
}

/** All files below a folder of results: path → content in hexadecimal. */
function contents(results: string): Record<string, string> {
  const names = readdirSync(results, { recursive: true, encoding: 'utf8' }).toSorted()
  const files = names.filter((name) => statSync(path.join(results, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(results, name), 'hex')]))
}

beforeAll(() => {
  writeFileSync(grid, file('grid', 20))
  writeFileSync(endless, file('endless', 1_000_000))
  execFileSync(workspaceNode, [inRoot('packages/cli/dist/main.js'), 'experiment', 'run', grid, '--out', whole])
})

describe('hearsay experiment run', () => {
  it.each([1, 4])('ends with the same files after a SIGKILL at cell %d', async (nth) => {
    const out = path.join(folder, `killed-${nth}`)
    const killed = run(grid, '--out', out)
    const isNth = (): boolean => killed.lines.filter(({ type }) => type === 'cell').length >= nth
    await killed.line(isNth)
    killed.signalGroup('SIGKILL')
    expect(await killed.exited).toBe(null)
    const again = run(grid, '--out', out)
    expect(await again.exited).toBe(0)
    const { finished } = await again.line(({ type }) => type === 'plan')
    expect(finished).toBeGreaterThanOrEqual(nth)
    expect(contents(out)).toEqual(contents(whole))
  })

  it('ends with the same files when parts run at the same time', async () => {
    const out = path.join(folder, 'shared')
    const parts = [1, 2].map((index) => run(grid, '--out', out, '--workers', '1', '--shard', `${index}/2`))
    expect(await Promise.all(parts.map(({ exited }) => exited))).toEqual([0, 0])
    expect(contents(out)).toEqual(contents(whole))
  })

  it('ends soon by Ctrl-C, in the middle of a cell', async () => {
    const interrupted = run(endless, '--out', path.join(folder, 'interrupted'))
    await interrupted.line(({ type, running }) => type === 'progress' && running !== 0)
    interrupted.signalGroup('SIGINT')
    expect(await interrupted.exited).toBe(130)
    expect(interrupted.stderr).toBe('')
    expect(interrupted.lines.at(-1)).toMatchObject({ type: 'summary', interrupted: true, stored: 0 })
  })
})
