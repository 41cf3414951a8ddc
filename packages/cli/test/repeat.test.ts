import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Interruption } from '../src/interruption.ts'
import type { RepeatSummary, RunEvent } from '../src/simulate/repeat/events.ts'
import { spreadOf } from '../src/simulate/repeat/spread.ts'
import { hearsay, jsonLines, RecordingStream } from './harness.ts'
import { smallData } from './small-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearsay-repeat-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SMALL = ['simulate', ...smallData(folder), '--peers', '30', '--cycles', '8', '--report-at', '2,8', '--seed', '5']

describe('hearsay simulate --repeat', () => {
  it('runs one seed after the other, each as it would run alone, and sums them up', async () => {
    const { code, stdout, stderr } = await hearsay([...SMALL, '--repeat', '3', '--workers', '2', '--json'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const lines: unknown[] = jsonLines(stdout)
    const runs = (lines as RunEvent[]).filter(({ type }) => type === 'run').sort((a, b) => a.seed - b.seed)
    expect(runs.map(({ seed }) => seed)).toEqual([5, 6, 7])
    const alone: unknown = jsonLines((await hearsay([...SMALL, '--seed', '6', '--json'])).stdout).at(-1)
    const { seconds: _, updatesPerSecond: __, type: ___, ...expected } = alone as RunEvent
    expect(runs[1]).toMatchObject(expected)

    const summary = lines.at(-1) as RepeatSummary
    expect(summary).toMatchObject({ type: 'summary', interrupted: false, repeat: 3, runs: 3, seed: 5 })
    expect(summary.error).toEqual(spreadOf(runs.map(({ error }) => error.mean)))
    expect(Object.keys(summary.errors)).toEqual(['2', '8'])
    expect(summary.errors['2']).toEqual(spreadOf(runs.map(({ errors }) => errors['2'])))
  })

  it('prints a row for each run, and mean and deviation', async () => {
    const { stdout } = await hearsay([...SMALL, '--repeat', '2'])
    expect(stdout).toMatch(/^ +seed +cycles +error +updates +trace\n( +[56] +8 +\d+\.\d % +\d+ +[0-9a-f]{32}\n){2}\n/)
    expect(stdout).toMatch(/\n +cycle +error +± sd +min +max\n/)
    expect(stdout).toMatch(/\nall peers( +\d+\.\d %){4}\n\nruns {6}2 in /)
  })

  it('tells an error of a run as a run alone does', async () => {
    const flags = ['--rows-per-peer', '2', '--shards', 'by-class']
    const alone = await hearsay([...SMALL, ...flags])
    const repeated = await hearsay([...SMALL, ...flags, '--repeat', '2'])
    expect(repeated).toEqual(alone)
    expect(repeated.code).toBe(2)
  })

  it('ends early with the runs that are done', async () => {
    const control = new AbortController()
    const stdout = new RecordingStream()
    const write = stdout.write.bind(stdout)
    stdout.write = ((line: string) => {
      if (line.includes('"run"')) control.abort(new Interruption('interrupted by SIGINT', 130))
      return write(line)
    }) as typeof stdout.write
    const argv = [...SMALL, '--repeat', '1000', '--workers', '1', '--json']
    const { code } = await hearsay(argv, { stdout, signal: control.signal })
    expect(code).toBe(130)
    const summary = jsonLines(stdout.text).at(-1)
    expect(summary).toMatchObject({ type: 'summary', interrupted: true, repeat: 1000 })
    expect(Number(summary?.['runs'])).toBeLessThan(20)
  })

  it('says so where no run has come to its end', async () => {
    const control = new AbortController()
    control.abort(new Interruption('interrupted by SIGTERM', 143))
    const { code, stdout } = await hearsay([...SMALL, '--repeat', '3'], { signal: control.signal })
    expect(code).toBe(143)
    expect(stdout).toMatch(/\nall peers( +–){4}\n\nruns {6}0 of 3 \(interrupted\) in /)
  })
})

describe('spreadOf', () => {
  it('is mean and sample deviation', () => {
    expect(spreadOf([1, 2, 3, 6])).toEqual({ runs: 4, mean: 3, sd: Math.sqrt(14 / 3), min: 1, max: 6 })
    expect(spreadOf([2])).toEqual({ runs: 1, mean: 2, sd: Number.NaN, min: 2, max: 2 })
    expect(spreadOf([])).toEqual({ runs: 0, mean: Number.NaN, sd: Number.NaN, min: Number.NaN, max: Number.NaN })
  })
})
