import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SimulateSummary } from '../src/simulate/events.ts'
import { Interruption } from '../src/interruption.ts'
import { hearsay, jsonLines, RecordingStream, steppingClock } from './harness.ts'

const SMALL = ['simulate', '--peers', '40', '--cycles', '12', '--report-at', '1,5,12', '--evaluate', '0.2']

async function summaryOf(...flags: string[]): Promise<SimulateSummary> {
  const { code, stdout, stderr } = await hearsay([...SMALL, '--json', ...flags])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const last: unknown = jsonLines(stdout).at(-1)
  return last as SimulateSummary
}

describe('hearsay simulate --json', () => {
  it('tells start, the cycles to report, and the summary', async () => {
    const { stdout } = await hearsay([...SMALL, '--json'])
    const lines = jsonLines(stdout)
    expect(lines.map((line) => [line['type'], line['cycle']])).toEqual([
      ['start', undefined],
      ['cycle', 1],
      ['cycle', 5],
      ['cycle', 12],
      ['summary', undefined],
    ])
    expect(lines[0]).toMatchObject({
      dataset: 'spambase',
      trainingRows: 4140,
      testRows: 461,
      peers: 40,
      rowsPerPeer: { min: 103, max: 104 },
    })
    expect(lines.at(-1)).toMatchObject({ interrupted: false, cycles: 12, peers: 40, seed: 1 })
    expect(lines.at(-1)?.['traceHash']).toMatch(/^[0-9a-f]{32}$/)
  })

  it('reports progress by the clock it is given, at every cycle if each takes a second', async () => {
    const { stdout } = await hearsay([...SMALL, '--json'], { now: steppingClock(1000) })
    const progress = jsonLines(stdout).filter((line) => line['type'] === 'progress')
    expect(progress.length).toBeGreaterThan(5)
    for (const line of progress) expect(line['etaSeconds']).toBeCloseTo(12 - Number(line['cycle']))
    expect(progress.at(-1)?.['updatesPerSecond']).toBeGreaterThan(0)
  })

  it('learns: peers end with less error than the majority class', async () => {
    const { error, updates, messages } = await summaryOf()
    expect(error.mean).toBeLessThan(0.2)
    expect(error.min).toBeLessThanOrEqual(error.mean)
    expect(error.max).toBeGreaterThanOrEqual(error.mean)
    expect(updates).toBe(messages.delivered)
  })

  it('gives the same run for the same seed, and another for another', async () => {
    const first = await summaryOf()
    const again = await summaryOf()
    const other = await summaryOf('--seed', '2')
    expect(again.traceHash).toBe(first.traceHash)
    expect(again.error).toEqual(first.error)
    expect(other.traceHash).not.toBe(first.traceHash)
  })

  it('is not disturbed by what is evaluated, reported or shown', async () => {
    const { traceHash } = await summaryOf()
    expect((await summaryOf('--evaluate', '1', '--report-at', 'all')).traceHash).toBe(traceHash)
    expect((await hearsay(SMALL)).stdout).toContain(traceHash)
  })

  it.each([
    '--overlay newscast --view-size 8 --delay uniform:0.5,1.5',
    '--overlay uniform --jitter 0.1 --delay normal:1,0.2',
    '--model softmax --bias --merge age-weighted --merge-with last',
    '--model logistic --eta 100 --lambda 1e-6 --batch 10 --create UM',
    '--model adaline --create RW --votes 5',
    '--age sum --shards by-class --scale min-max --backend javascript',
    '--shards by-size --period 50 --peers 8',
    '--rows-per-peer 200 --peers 50 --scale none',
  ])('runs with %s', async (flags) => {
    const { error, updates } = await summaryOf(...flags.split(' '))
    expect(updates).toBeGreaterThan(0)
    expect(error.mean).toBeGreaterThan(0)
    expect(error.mean).toBeLessThan(0.7)
  })

  it('loses about as many messages as it is told', async () => {
    const { messages } = await summaryOf('--loss', '0.5')
    expect(messages.lost / messages.sent).toBeGreaterThan(0.4)
    expect(messages.lost / messages.sent).toBeLessThan(0.6)
  })

  it('refuses nothing of honest peers with the guard on, and changes nothing', async () => {
    const free = await summaryOf()
    const guarded = await summaryOf('--guard')
    expect(guarded.messages.refused).toBe(0)
    expect(guarded.traceHash).toBe(free.traceHash)
  })

  it('refuses the ages that the sum rule makes with the guard on', async () => {
    const { messages } = await summaryOf('--guard', '--age', 'sum', '--cycles', '20')
    expect(messages.refused).toBeGreaterThan(0)
  })
})

describe('hearsay simulate', () => {
  it('prints a table and a summary on stdout, and nothing on stderr in a short run', async () => {
    const { code, stdout, stderr } = await hearsay(SMALL)
    expect(stdout).toMatch(/^spambase: 4,140 training rows, 461 held out, .*40 peers with 103–104 rows each\n\n/)
    expect(stdout).toMatch(/\n {2}cycle +error +min +max +age +online +messages +bytes\n +1 +\d+\.\d % /)
    expect(stdout).toMatch(
      /\nerror +\d+\.\d %, .* over all 40 peers\ncycles +12 in .*\nupdates +440, .*\nmessages +480 sent, 146 kB, 0 lost, 0 refused\ntrace +[0-9a-f]{32} \(seed 1, /,
    )
    expect(stdout).not.toContain('\u001b')
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('prints plain progress lines on stderr in a pipe', async () => {
    const { stderr } = await hearsay(SMALL, { now: steppingClock(1000) })
    expect(stderr).toMatch(/^(cycle \d+ of 12, .* updates\/s, .* left\n)+$/)
  })

  it('draws a live table on a terminal and leaves nothing of it behind', async () => {
    const terminal = new RecordingStream(true)
    await hearsay(SMALL, { stdout: terminal, stderr: terminal, now: steppingClock(1000) })
    expect(terminal.text).toContain('\u001b[')
    const afterLastErase = terminal.text.slice(terminal.text.lastIndexOf('\u001b[0J') + 4)
    expect(afterLastErase).not.toContain(' left')
    expect(afterLastErase).toMatch(/\ntrace +[0-9a-f]{32}/)
  })
})

describe('an interrupted run', () => {
  it('ends after the current cycle, as a shorter run would have, with exit code 130', async () => {
    const control = new AbortController()
    const stdout = new RecordingStream()
    const write = stdout.write.bind(stdout)
    stdout.write = ((line: string) => {
      if (line.includes('"cycle":5')) control.abort(new Interruption('interrupted by SIGINT', 130))
      return write(line)
    }) as typeof stdout.write
    const { code } = await hearsay([...SMALL, '--cycles', '1000000', '--json'], { stdout, signal: control.signal })
    const { traceHash, error } = await summaryOf('--cycles', '5')
    const summary = jsonLines(stdout.text).at(-1)
    expect(summary).toMatchObject({ type: 'summary', interrupted: true, cycles: 5, traceHash, error })
    expect(code).toBe(130)
  })

  it('has a summary even before the first cycle', async () => {
    const control = new AbortController()
    control.abort(new Interruption('interrupted by SIGTERM', 143))
    const { code, stdout } = await hearsay([...SMALL, '--json'], { signal: control.signal })
    expect(jsonLines(stdout).at(-1)).toMatchObject({ interrupted: true, cycles: 0, updates: 0, updatesPerSecond: 0 })
    expect(code).toBe(143)
  })
})

describe('hearsay simulate with a file', () => {
  it('holds out the share of rows that it is told, and learns any number of classes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearsay-simulate-'))
    try {
      const file = join(folder, 'three.csv')
      const rows = Array.from({ length: 90 }, (_, i) => `${(i % 3) * 10 + (i % 7)};${i % 5};${'abc'[i % 3]}`)
      await writeFile(file, `x;y;kind\n${rows.join('\n')}\n`)
      const flags = ['--data', file, '--label', 'kind', '--delimiter', 'semicolon', '--test-fraction', '0.3', '--bias']
      const { stdout, stderr } = await hearsay([...SMALL, '--peers', '9', '--cycles', '60', '--json', ...flags])
      expect(stderr).toBe('')
      const lines = jsonLines(stdout)
      expect(lines[0]).toMatchObject({ dataset: 'three', trainingRows: 63, testRows: 27, features: 2, classes: 3 })
      expect((lines.at(-1) as unknown as SimulateSummary).error.mean).toBeLessThan(0.5)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
