import type { PlannedCell } from '@hearsay/experiments/run'
import { describe, expect, it } from 'vitest'
import type { ExperimentEvent } from '../src/experiment/events.ts'
import { ExperimentText } from '../src/experiment/experiment-text.ts'
import { shellWord } from '../src/experiment/open-plan.ts'
import { TimeLeft } from '../src/experiment/time-left.ts'
import { RecordingStream, steppingClock } from './harness.ts'

const PLAN: ExperimentEvent = {
  ...{ type: 'plan', name: 'grid', title: 'A grid', folder: 'results/grid' },
  ...{ cells: 4, finished: 1, stale: 2, dropped: ['without: a claim'], workers: 2 },
}

const END: ExperimentEvent = {
  ...{ type: 'summary', interrupted: false, stored: 3, failed: 0, complete: true },
  ...{ folder: 'results/grid', seconds: 75, next: 'hearsay report results/grid' },
}

function told(events: readonly ExperimentEvent[], isTTY = false): { stdout: string; stderr: string } {
  const [stdout, stderr] = [new RecordingStream(), new RecordingStream(isTTY)]
  const text = new ExperimentText({ stdout, stderr, signal: new AbortController().signal, now: steppingClock(6000) })
  for (const event of events) text.tell(event)
  text.end()
  return { stdout: stdout.text, stderr: stderr.text }
}

describe('ExperimentText', () => {
  it('says what there is to do, what came of it, and what to type next', () => {
    const levels = { churn: 'none' }
    const final = { type: 'final', contestant: 'gossip', levels, metric: 'error' } as const
    const { stdout } = told([
      PLAN,
      { ...final, seeds: 3, mean: 0.0712, low: 0.07, high: 0.0724 },
      { ...final, contestant: 'alone', seeds: 1, mean: 0.2, low: Number.NaN, high: Number.NaN },
      { type: 'claim', that: 'gossip is better', outcome: 'fails', because: '0.2 against 0.1' },
      END,
    ])
    expect(stdout).toBe(`A grid
results in results/grid: 3 cells to run, 2 at a time (finished already: 1)
2 cells there of other settings or code: unused, --fresh removes all
without: a claim

churn  contestant  final error  ± 95 %  seeds
none   gossip           0.0712  0.0012      3
none   alone            0.2000       –      1

FAILS     gossip is better
          0.2 against 0.1

3 cells in 75 s
next: hearsay report results/grid
`)
  })

  it('writes plain lines about progress into a pipe, and one line in place on a terminal', () => {
    const progress: ExperimentEvent = { type: 'progress', done: 1, cells: 4, running: 2, secondsLeft: 200 }
    expect(told([PLAN, progress]).stderr).toBe('1 of 4 cells · 2 running · about 3:20 min left\n')
    const live = told([PLAN, progress, { ...progress, done: 2, secondsLeft: null }], true).stderr
    expect(live).toContain('2 of 4 cells · 2 running\n')
    expect(live.endsWith('[0J') || live.endsWith('[J')).toBe(true)
  })

  it('names what failed, and how to go on', () => {
    const failed: ExperimentEvent = {
      ...{ type: 'failed', id: 'x', contestant: 'gossip', levels: { churn: 'AF' }, seed: 7 },
      ...{ code: 'C', message: 'it broke' },
    }
    const { stdout, stderr } = told([PLAN, failed, { ...END, failed: 1, complete: false, next: 'again' }])
    expect(stderr).toBe('failed: gossip, churn: AF, seed 7: it broke\n')
    expect(stdout).toContain('3 cells in 75 s, 1 failed\ngo on with: again\n')
    const early = told([PLAN, { ...END, interrupted: true, complete: false, next: 'again' }]).stdout
    expect(early).toContain('interrupted: what is finished is kept; 3 cells in 75 s\ngo on with: again\n')
    expect(told([PLAN, { ...END, complete: false }]).stdout).toContain('cells of other parts are still missing')
  })
})

describe('TimeLeft', () => {
  const cell = (id: string, contestant = 'a'): PlannedCell =>
    ({ id, contestant, levels: {}, seed: 1 }) as unknown as PlannedCell
  const cells = (count: number, contestant = 'a'): PlannedCell[] =>
    Array.from({ length: count }, (_, index) => cell(`${contestant}${index}`, contestant))

  function clocked(open: readonly PlannedCell[], workers: number): { times: TimeLeft; pass: (ms: number) => void } {
    let now = 0
    return { times: new TimeLeft(open, workers, () => now), pass: (ms) => (now += ms) }
  }

  it('knows nothing before a cell has come some way', () => {
    const { times } = clocked(cells(4), 2)
    expect(times.seconds).toBeUndefined()
    times.start(cell('a0'))
    times.progress(cell('a0'), 0.01)
    expect(times.seconds).toBeUndefined()
    expect(times.running).toBe(1)
  })

  it('goes by the share that is done of the first cells', () => {
    const { times, pass } = clocked(cells(4), 2)
    times.start(cell('a0'))
    times.start(cell('a1'))
    pass(1000)
    for (const id of ['a0', 'a1']) times.progress(cell(id), 0.5)
    expect(times.seconds).toBe(3)
  })

  it('goes by finished cells of the same contestant', () => {
    const { times, pass } = clocked([...cells(2), ...cells(2, 'b')], 1)
    for (const [id, contestant, ms] of [
      ['a0', 'a', 1000],
      ['b0', 'b', 9000],
    ] as const) {
      times.start(cell(id, contestant))
      pass(ms)
      expect(times.end(cell(id, contestant))).toBe(ms)
    }
    expect(times.seconds).toBe(10)
    times.start(cell('b1', 'b'))
    pass(4000)
    expect(times.seconds).toBe(6)
  })

  it('is never shorter than the longest cell, and 0 at the end', () => {
    const { times, pass } = clocked(cells(2), 8)
    times.start(cell('a0'))
    pass(5000)
    times.end(cell('a0'))
    expect(times.seconds).toBe(5)
    times.start(cell('a1'))
    pass(1000)
    expect(times.seconds).toBe(4)
    pass(6000)
    expect(times.seconds).toBe(0)
    times.end(cell('a1'))
    expect(times.seconds).toBe(0)
  })
})

describe('shellWord', () => {
  it.each([
    ['results/a-b_c.1', 'results/a-b_c.1'],
    ['my results', "'my results'"],
    ["it's", `'it'\\''s'`],
    ['-x', "'-x'"],
    ['', "''"],
  ])('%j is %s', (word, shown) => {
    expect(shellWord(word)).toBe(shown)
  })
})
