import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inRoot, workspaceNode } from '../scripts/lib/workspace.mjs'
import { HearsayProcess } from './hearsay-process.ts'

// What a run of an experiment leaves behind when it is killed, interrupted, or shared out.

const MAIN = inRoot('packages/cli/dist/main.js')
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

/**
 * A module that kills its process when it brings something to the disk for the n-th time: the manifest and its folder (1, 2),
 * then of each cell two tables, its facts and their folder, its name (3 … 7, 8 … 12, …), at last the table of all.
 */
function killedAtSync(nth: number): string {
  const code = `
    import { open } from 'node:fs/promises'
    import { isMainThread } from 'node:worker_threads'
    const handle = await open(process.execPath)
    const type = Object.getPrototypeOf(handle)
    await handle.close()
    const { sync } = type
    let count = 0
    type.sync = function () {
      if (isMainThread && ++count === ${nth}) process.kill(process.pid, 'SIGKILL')
      return sync.call(this)
    }`
  return `data:text/javascript,${encodeURIComponent(code)}`
}

beforeAll(() => {
  writeFileSync(grid, file('grid', 20))
  writeFileSync(endless, file('endless', 1_000_000))
  execFileSync(workspaceNode, [MAIN, 'experiment', 'run', grid, '--out', whole])
})

describe('hearsay experiment run', () => {
  it.each([
    ['while the manifest is written', 1, 0],
    ['before the first cell has its name', 6, 0],
    ['in the middle of the grid', 20, 3],
    ['while the table of all is written', 43, 8],
  ])('ends with the same files after a SIGKILL %s', async (_, sync, finished) => {
    const out = path.join(folder, `killed-${sync}`)
    const argv = ['--import', killedAtSync(sync), MAIN, 'experiment', 'run', grid, '--out', out]
    expect(spawnSync(workspaceNode, argv).signal).toBe('SIGKILL')
    const again = run(grid, '--out', out)
    expect(await again.ended).toBe(0)
    expect(await again.line(({ type }) => type === 'plan')).toMatchObject({ finished })
    expect(contents(out)).toEqual(contents(whole))
  })

  it('ends with the same files when parts run at the same time', async () => {
    const out = path.join(folder, 'shared')
    const parts = [1, 2].map((index) => run(grid, '--out', out, '--workers', '1', '--shard', `${index}/2`))
    expect(await Promise.all(parts.map(({ ended }) => ended))).toEqual([0, 0])
    expect(contents(out)).toEqual(contents(whole))
  })

  it('ends soon by Ctrl-C, in the middle of a cell', async () => {
    const interrupted = run(endless, '--out', path.join(folder, 'interrupted'))
    await interrupted.line(({ type, running }) => type === 'progress' && running !== 0)
    interrupted.signalGroup('SIGINT')
    expect(await interrupted.ended).toBe(130)
    expect(interrupted.stderr).toBe('')
    expect(interrupted.lines.at(-1)).toMatchObject({ type: 'summary', interrupted: true, stored: 0 })
  })
})
