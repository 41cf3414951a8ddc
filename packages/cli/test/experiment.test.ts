import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError } from '@hearsay/core'
import { runTrial } from '@hearsay/experiments'
import { inlineExecutor } from '@hearsay/experiments/run'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { runCommand } from '../src/experiment/run-command.ts'
import { Interruption } from '../src/interruption.ts'
import { hearsay, jsonLines, RecordingStream, steppingClock } from './harness.ts'

const GRID = `name: tiny
title: A tiny grid
seeds: 2
setting:
  data: spambase
  peers: 10
  cycle: 1 s
  duration: 3 cycles
  measure: {at: [1, 3], peers: 1}
  learner: {model: logistic, lambda: 0.01}
contestants:
  gossip: {method: gossip}
  alone: {method: isolated}
claims:
  - that: everybody learns something
    range: {contestant: gossip, cycle: 3}
    min: 0
    max: 0.9
reduced:
  seeds: 1
`

function workplace(text = GRID): { folder: string; file: string; out: string } {
  const folder = mkdtempSync(join(tmpdir(), 'hearsay-experiment-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'tiny.yaml')
  writeFileSync(file, text)
  return { folder, file, out: join(folder, 'out') }
}

beforeEach(() => {
  vi.stubEnv('npm_lifecycle_event', undefined)
  return () => vi.unstubAllEnvs()
})

describe('hearsay experiment run', () => {
  it.each([
    ['hearsay', 'npm run hearsay --'],
    ['npx', 'npx hearsay'],
  ])('prints commands as they are typed where npm runs %s', async (event, command) => {
    vi.stubEnv('npm_lifecycle_event', event)
    const { file, out } = workplace()
    const { stdout } = await hearsay(['experiment', 'run', file, '--out', out, '--reduced'])
    expect(stdout).toContain(`next: ${command} report ${out}\n`)
    const { command: repeat } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { command: string }
    expect(repeat).toBe(`${command} experiment run ${file} --reduced`)
    const { stderr } = await hearsay(['report', join(out, 'cells')])
    expect(stderr).toContain(`${command} experiment run FILE`)
  })

  it('explains itself in lines of at most 120 columns', async () => {
    const { stdout } = await hearsay(['experiment', 'run', '--help'])
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120)
  })

  it('goes on after a broken manifest has been deleted, as it says', async () => {
    const { file, out } = workplace()
    const argv = ['experiment', 'run', file, '--out', out, '--reduced']
    await hearsay(argv)
    writeFileSync(join(out, 'manifest.json'), '{')
    writeFileSync(join(out, 'report.html'), 'a report')
    const broken = await hearsay(argv)
    expect(broken.code).toBe(3)
    expect(broken.stderr).toContain('delete that file only')
    rmSync(join(out, 'manifest.json'))
    const { code, stdout } = await hearsay(argv)
    expect(code).toBe(0)
    expect(stdout).toContain('nothing is left to run')
  })

  it('says that a folder is no file', async () => {
    const { folder } = workplace()
    const { code, stderr } = await hearsay(['experiment', 'run', folder])
    expect(code).toBe(3)
    expect(stderr).toBe(`hearsay: ${folder} cannot be read: it is a folder; name a file in it\n`)
  })

  it('runs what is missing, and says what came of it', async () => {
    const { file, out } = workplace()
    const first = await hearsay(['experiment', 'run', file, '--out', out, '--workers', '2'])
    expect(first.code).toBe(0)
    expect(first.stdout).toMatch(/^A tiny grid\nresults in .*: 4 cells to run, 2 at a time\n/)
    expect(first.stdout).toMatch(/contestant +final error +± 95 % +seeds\ngossip +0\.\d{4} +0\.\d{4} +2\nalone/)
    expect(first.stdout).toContain('holds     everybody learns something')
    expect(first.stdout).toContain(`next: hearsay report ${out}\n`)
    expect(readdirSync(join(out, 'cells'))).toHaveLength(4)
    const second = await hearsay(['experiment', 'run', file, '--out', out])
    expect(second.stdout).toContain('nothing is left to run')
    expect(second.stdout).toContain('\n0 cells in ')
  })

  it('tells JSON lines', async () => {
    const { file, out } = workplace()
    const { code, stdout } = await hearsay(['experiment', 'run', file, '--out', out, '--reduced', '--json'])
    expect(code).toBe(0)
    const lines = jsonLines(stdout)
    expect(lines[0]).toMatchObject({ type: 'plan', name: 'tiny', folder: out, cells: 2, finished: 0, stale: 0 })
    const cells = lines.filter(({ type }) => type === 'cell')
    expect(cells.map(({ contestant, seed, cycle, metric }) => [contestant, seed, cycle, metric]).toSorted()).toEqual([
      ['alone', 1, 3, 'error'],
      ['gossip', 1, 3, 'error'],
    ])
    expect(lines.filter(({ type }) => type === 'final')).toMatchObject([
      {
        contestant: 'gossip',
        seeds: 1,
        low: null,
        mean: cells.find((cell) => cell['contestant'] === 'gossip')?.['value'],
      },
      { contestant: 'alone', seeds: 1 },
    ])
    expect(lines.at(-2)).toMatchObject({ type: 'claim', outcome: 'holds' })
    expect(lines.at(-1)).toMatchObject({ type: 'summary', interrupted: false, stored: 2, failed: 0, complete: true })
  })

  it('runs parts, and knows which cells are finished', async () => {
    const { file, out } = workplace()
    const part = ['experiment', 'run', file, '--out', out, '--shard']
    const first = await hearsay([...part, '1/2'])
    expect(first.stdout).toContain('cells of other parts are still missing')
    const list = ['experiment', 'run', file, '--out', out, '--list']
    const states = async (...flags: readonly string[]): Promise<unknown[]> =>
      jsonLines((await hearsay([...list, '--json', ...flags])).stdout).map(({ finished }) => finished)
    expect((await states()).toSorted()).toEqual([false, false, true, true])
    expect(await states('--shard', '2/2')).toEqual([false, false])
    expect((await hearsay(list)).stdout).toMatch(/gossip +1 +(finished|open)\n[^]*\n2 of 4 finished in /)
    expect((await hearsay([...part, '2/2'])).stdout).toContain('next: hearsay report')
    expect(await states()).toEqual([true, true, true, true])
  })

  it('keeps what is finished when it is interrupted, and says how to go on', async () => {
    const { file, out } = workplace(
      GRID.replace('duration: 3 cycles', 'duration: 1000000 cycles').replace('[1, 3]', '[3, 1000000]'),
    )
    const interrupt = new AbortController()
    const stdout = new RecordingStream()
    stdout.write = (text: string): boolean => {
      stdout.text += text
      interrupt.abort(new Interruption('interrupted by SIGINT', 130))
      return true
    }
    const argv = ['experiment', 'run', file, '--out', out, '--workers', '1']
    const { code } = await hearsay(argv, { stdout, signal: interrupt.signal })
    expect(code).toBe(130)
    expect(stdout.text).toContain(`go on with: hearsay experiment run ${file} --out ${out} --workers 1\n`)
    expect(readdirSync(join(out, 'cells'))).toEqual([])
  })

  it('goes on after a cell that fails, and ends with the exit code of its error', async () => {
    const { file, out } = workplace()
    const [stdout, stderr] = [new RecordingStream(), new RecordingStream()]
    const session = {
      stdout,
      stderr,
      now: steppingClock(1),
      signal: new AbortController().signal,
      words: [],
      exitCode: 0,
    }
    const executor = inlineExecutor((trial, options) =>
      trial.scenario.seed === 2 ? Promise.reject(new ConfigurationError('NOT_SO', 'not so')) : runTrial(trial, options),
    )
    expect(await runCommand(file, { out }, session, () => executor)).toBe(2)
    expect(stderr.text).toBe('failed: gossip, seed 2: not so\nfailed: alone, seed 2: not so\n')
    expect(stdout.text).toMatch(/gossip +0\.\d{4} +– +1\n/)
    expect(stdout.text).toMatch(/\n2 cells in .*, 2 failed\ngo on with: hearsay experiment run /)
  })

  it('refuses folders of other experiments, and leaves them as they are', async () => {
    const { file, folder, out } = workplace()
    await hearsay(['experiment', 'run', file, '--out', out, '--reduced'])
    const other = await hearsay(['experiment', 'run', file, '--out', out])
    expect(other).toMatchObject({ code: 2, stdout: '' })
    expect(other.stderr).toContain('holds results of tiny in its reduced form, not of tiny')
    expect(await hearsay(['experiment', 'run', file, '--out', folder])).toMatchObject({ code: 2 })
    expect(readdirSync(folder).toSorted()).toEqual(['out', 'tiny.yaml'])
  })

  it.each([
    ['no such file', 'gone.yaml', 3],
    ['a broken file', 'tiny.yaml', 2],
  ])('writes nothing for %s', async (_, name, code) => {
    const { folder, out } = workplace('name: [')
    const outcome = await hearsay(['experiment', 'run', join(folder, name), '--out', out])
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(name) })
    expect(existsSync(out)).toBe(false)
  })

  it.each(['0/2', '3/2', '1', 'a/b', '1/2/3'])('refuses --shard %s', async (shard) => {
    const { code, stderr } = await hearsay(['experiment', 'run', 'x.yaml', '--shard', shard])
    expect([code, stderr.split(':')[1]]).toEqual([2, ' --shard'])
  })
})

describe('hearsay experiment check', () => {
  it('says what would be run, and writes nothing', async () => {
    const { file, folder } = workplace()
    const { code, stdout } = await hearsay(['experiment', 'check', file])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^A tiny grid\n\ncontestant +method +data +peers +cycles +seeds\n/)
    expect(stdout).toMatch(/alone +isolated +spambase +10 +3 +2\n/)
    expect(stdout).toContain('4 cells, 1 claim, 0 reference values')
    expect(readdirSync(folder)).toEqual(['tiny.yaml'])
  })

  it('tells all settings as JSON', async () => {
    const { file } = workplace()
    const { stdout } = await hearsay(['experiment', 'check', file, '--reduced', '--json'])
    const [head, ...cells] = jsonLines(stdout)
    expect(head).toMatchObject({ type: 'experiment', name: 'tiny', reduced: true, cells: 2 })
    expect(cells[0]).toMatchObject({ type: 'cell', contestant: 'gossip', trial: { scenario: { seed: 1, peers: 10 } } })
  })
})
