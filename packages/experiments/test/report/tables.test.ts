import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claim, ValueAt } from '../../src/experiment/claim.ts'
import {
  answers,
  curves,
  equalBudgets,
  finals,
  missingCells,
  pairedTests,
  settingsOf,
  spread,
  traffic,
  verdicts,
} from '../../src/report/index.ts'
import type { CellResult, Results } from '../../src/results/results.ts'
import type { Measurement } from '../../src/trial/trial-result.ts'
import { syntheticResults } from './synthetic-results.ts'

const AXES = { shards: ['iid', 'one class'], churn: ['none'] }
const grid = syntheticResults({ axes: AXES, seeds: 3 })

/** Results of one contestant each, whose series are given: rows of cycle, mean and bytes, seed by seed. */
function resultsOf(runs: Readonly<Record<string, readonly (readonly (readonly number[])[])[]>>): Results {
  const contestants = Object.keys(runs)
  const base = syntheticResults({ contestants, seeds: Math.max(...Object.values(runs).map((one) => one.length)) })
  const cells = base.cells.flatMap((cell): CellResult[] => {
    const rows = runs[cell.contestant][cell.seed - 1]
    if (rows === undefined) return []
    const [first] = cell.result.series
    const series = rows.map(([cycle, mean, bytes = 0]): Measurement => ({ ...first, cycle, mean, bytes }))
    return [{ ...cell, result: { ...cell.result, series } }]
  })
  return { ...base, cells }
}

describe('settings', () => {
  it('are named by the axes that differ, in the order of the file', () => {
    expect(settingsOf(grid)).toEqual([
      { levels: { shards: 'iid', churn: 'none' }, label: 'shards: iid', shortLabel: 'iid' },
      { levels: { shards: 'one class', churn: 'none' }, label: 'shards: one class', shortLabel: 'one class' },
    ])
    expect(settingsOf(syntheticResults())).toEqual([{ levels: {}, label: '', shortLabel: '' }])
  })

  it('leave out combinations that the experiment does not have', () => {
    const cells = grid.manifest.cells.filter(({ levels }) => levels['shards'] === 'iid')
    expect(settingsOf({ ...grid, manifest: { ...grid.manifest, cells } })).toHaveLength(1)
  })
})

describe('all tables', () => {
  it('do not depend on the order of the cells', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...grid.cells], { minLength: grid.cells.length }), (cells) => {
        const shuffled = { ...grid, cells }
        for (const table of [finals, pairedTests, traffic, spread, equalBudgets, answers]) {
          expect(table(shuffled)).toEqual(table(grid))
        }
        expect(curves(shuffled, { x: 'bytes' })).toEqual(curves(grid, { x: 'bytes' }))
      }),
      { numRuns: 10 },
    )
  })
})

describe('curves', () => {
  it('average the seeds, with an interval around', () => {
    const results = resultsOf({
      a: [
        [
          [1, 0.4],
          [2, 0.2],
        ],
        [
          [1, 0.6],
          [2, 0.2],
        ],
      ],
    })
    const [{ seeds, points }] = curves(results, { x: 'cycles' })
    expect(seeds).toEqual([1, 2])
    expect(points.map(({ x, mean }) => [x, mean])).toEqual([
      [1, 0.5],
      [2, 0.2],
    ])
    // 0.1414 · 12.706 / √2
    expect(points[0].high - points[0].mean).toBeCloseTo(1.2706, 4)
    expect(points[1]).toMatchObject({ low: 0.2, high: 0.2 })
  })

  it('compare seeds after equally many bytes, not at the same cycle', () => {
    const results = resultsOf({
      a: [
        [
          [1, 0.4, 100],
          [2, 0.2, 300],
        ],
        [
          [1, 0.6, 200],
          [2, 0.4, 400],
        ],
      ],
    })
    const [{ points }] = curves(results, { x: 'bytes' })
    // From where both have begun to where the first ends; the seeds are at 250 when … 200 → 300 of one, 200 → 300 of the other.
    expect(points.map(({ x }) => x)).toEqual([200, 300])
    expect(points[0].mean).toBeCloseTo((0.3 + 0.6) / 2, 12)
    expect(points[1].mean).toBeCloseTo((0.2 + 0.5) / 2, 12)
  })

  it('have one point where nothing is spent: the final value', () => {
    const [{ points }] = curves(
      resultsOf({
        a: [
          [
            [1, 0.4],
            [2, 0.2],
          ],
        ],
      }),
      { x: 'bytes' },
    )
    expect(points).toEqual([{ x: 0, count: 1, mean: 0.2, sd: Number.NaN, low: Number.NaN, high: Number.NaN }])
  })

  it('show only cycles that all seeds have measured', () => {
    const results = resultsOf({
      a: [
        [
          [1, 0.4],
          [2, 0.2],
          [3, 0.1],
        ],
        [
          [1, 0.6],
          [3, 0.2],
        ],
      ],
    })
    expect(curves(results, { x: 'cycles' })[0].points.map(({ x }) => x)).toEqual([1, 3])
  })

  it('are those of the levels asked for', () => {
    const some = curves(grid, { x: 'time', levels: { shards: 'iid' } })
    expect(some.map(({ contestant }) => contestant)).toEqual(grid.manifest.experiment.contestants)
    expect(curves(grid, { x: 'time', levels: { shards: 'none' } })).toEqual([])
  })

  it('ascend, and lie between the values of their seeds', () => {
    for (const x of ['cycles', 'bytes', 'time', 'steps'] as const) {
      for (const { points, contestant, setting } of curves(grid, { x })) {
        const means = grid.cells
          .filter((cell) => cell.contestant === contestant && cell.levels['shards'] === setting.levels['shards'])
          .flatMap(({ result }) => result.series.map(({ mean }) => mean))
        for (const [i, point] of points.entries()) {
          expect(point.mean).toBeGreaterThanOrEqual(Math.min(...means))
          expect(point.mean).toBeLessThanOrEqual(Math.max(...means))
          expect(point.low).toBeLessThanOrEqual(point.mean)
          if (i > 0) expect(point.x).toBeGreaterThan(points[i - 1].x)
        }
      }
    }
  })
})

describe('finals', () => {
  it('take the last measurement of each run, which may be another cycle', () => {
    const [final] = finals(
      resultsOf({
        a: [
          [
            [1, 0.4, 10],
            [5, 0.1, 50],
          ],
          [
            [1, 0.4, 10],
            [3, 0.3, 30],
          ],
        ],
      }),
    )
    expect(final).toMatchObject({ seeds: [1, 2], values: [0.1, 0.3], cycles: { min: 3, max: 5 } })
    expect(final.value.mean).toBeCloseTo(0.2, 12)
    expect(final.spent.bytes).toBe(40)
  })

  it('give quantiles and extremes within a run, averaged over seeds', () => {
    for (const { peers, seeds, contestant, setting } of finals(grid)) {
      const runs = grid.cells
        .filter((cell) => cell.contestant === contestant && cell.levels['shards'] === setting.levels['shards'])
        .map(({ result }) => result.peers.map(({ value }) => value).sort((a, b) => a - b))
      expect(seeds).toEqual([1, 2, 3])
      expect(peers.min).toBeCloseTo(runs.reduce((sum, values) => sum + values[0], 0) / 3, 12)
      expect(peers.max).toBeCloseTo(runs.reduce((sum, values) => sum + values.at(-1)!, 0) / 3, 12)
      expect(peers.q10).toBeGreaterThan(peers.min)
      expect(peers.q90).toBeLessThan(peers.max)
    }
  })
})

describe('equalBudgets', () => {
  it('compare at what the thriftiest has spent, and leave silent ones at their end', () => {
    const results = resultsOf({
      a: [
        [
          [1, 0.4, 100],
          [2, 0.2, 200],
        ],
      ],
      b: [
        [
          [1, 0.5, 100],
          [2, 0.3, 500],
        ],
      ],
      c: [
        [
          [1, 0.6],
          [2, 0.55],
        ],
      ],
    })
    const bytes = equalBudgets(results).find(({ axis }) => axis === 'bytes')!
    expect(bytes.budget).toBe(200)
    expect(bytes.entries.map(({ contestant, spends }) => [contestant, spends])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ])
    expect(bytes.entries.map(({ value }) => value.mean)).toEqual([0.2, 0.5 - 0.2 / 4, 0.55])
  })

  it('leave out what nobody spends', () => {
    expect(equalBudgets(resultsOf({ a: [[[1, 0.4]]] })).map(({ axis }) => axis)).not.toContain('bytes')
  })
})

describe('traffic', () => {
  it('keeps the server apart from the peers', () => {
    const [gossip, federated, isolated] = traffic(grid)
    expect(gossip.server).toBeUndefined()
    expect(federated.server!.sent / federated.median.sent).toBeGreaterThan(15)
    expect(federated.max.sent).toBeLessThan(federated.server!.sent)
    expect(isolated.median).toEqual({ sent: 0, received: 0 })
  })

  it('takes the median over peers, and the mean over seeds', () => {
    const median = [1, 2, 3].map((seed) => {
      const { result } = grid.cells.find((cell) => cell.contestant === 'gossip' && cell.seed === seed)!
      const sent = result.peers.map(({ bytesSent }) => bytesSent).sort((a, b) => a - b)
      return (sent[9] + sent[10]) / 2
    })
    expect(traffic(grid)[0].median.sent).toBeCloseTo((median[0] + median[1] + median[2]) / 3, 6)
  })
})

it('spread keeps quantiles in their order', () => {
  for (const { points } of spread(grid)) {
    for (const { min, q10, median, q90, max } of points) {
      expect([min, q10, median, q90, max].toSorted((a, b) => a - b)).toEqual([min, q10, median, q90, max])
    }
    expect(points.map(({ cycle }) => cycle)).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
  }
})

describe('verdicts', () => {
  const at = (contestant: string, cycle = 1000, shards = 'iid'): ValueAt => ({
    ...{ contestant, cycle, where: { shards, churn: 'none' } },
  })

  function judge(check: Claim['check'], results = grid) {
    const experiment = { ...results.manifest.experiment, claims: [{ that: 'x', check }] }
    const [verdict] = verdicts({ ...results, manifest: { ...results.manifest, experiment } })
    return verdict
  }

  it('less: lower, and by intervals that do not overlap', () => {
    const less = { kind: 'less', value: at('gossip'), than: at('isolated') } as const
    expect(judge(less)).toMatchObject({ outcome: 'holds', because: expect.stringContaining('do not overlap') })
    expect(judge({ ...less, by: 0.5 })).toMatchObject({
      outcome: 'fails',
      because: expect.stringContaining('0.5000 asked for'),
    })
    expect(judge({ kind: 'less', value: at('isolated'), than: at('gossip') })).toMatchObject({
      ...{ outcome: 'fails', because: expect.stringContaining('not lower') },
    })
  })

  it('less: fails where intervals overlap, and cannot be judged with one seed', () => {
    const runs = { a: [[[1, 0.4]], [[1, 0.6]]], b: [[[1, 0.5]], [[1, 0.7]]] }
    const check = {
      kind: 'less',
      value: { contestant: 'a', where: {}, cycle: 1 },
      than: { contestant: 'b', where: {}, cycle: 1 },
    } as const
    expect(judge(check, resultsOf(runs))).toMatchObject({
      outcome: 'fails',
      because: expect.stringContaining('overlap'),
    })
    const single = judge(check, resultsOf({ a: [[[1, 0.4]]], b: [[[1, 0.5]]] }))
    expect(single).toMatchObject({ outcome: 'undecided', because: expect.stringContaining('need two seeds') })
  })

  it('range and close: by the means', () => {
    expect(judge({ kind: 'range', value: at('gossip'), min: 0.05, max: 0.08 }).outcome).toBe('holds')
    expect(judge({ kind: 'range', value: at('gossip'), min: 0.07, max: 0.08 }).outcome).toBe('fails')
    expect(judge({ kind: 'close', value: at('gossip'), to: at('federated'), within: 0.02 }).outcome).toBe('holds')
    expect(judge({ kind: 'close', value: at('gossip'), to: at('isolated'), within: 0.02 }).outcome).toBe('fails')
  })

  it.each([
    ['a cycle that was not measured', at('gossip', 7), 'measured at cycle 7 in 0 of 3 runs'],
    ['an unknown contestant', at('nobody'), 'not part of the experiment'],
    ['several settings', { contestant: 'gossip', where: {}, cycle: 1000 }, 'names 2 settings'],
  ])('cannot judge %s', (_, value, because) => {
    const verdict = judge({ kind: 'range', value, min: 0, max: 1 })
    expect(verdict).toMatchObject({ outcome: 'undecided', because: expect.stringContaining(because) })
  })

  it('wait for the seeds that are missing', () => {
    const part = syntheticResults({ axes: AXES, hasRun: ({ contestant, seed }) => contestant === 'gossip' && seed < 4 })
    const range = (contestant: string) => judge({ kind: 'range', value: at(contestant), min: 0, max: 1 }, part)
    expect(range('gossip')).toMatchObject({
      outcome: 'undecided',
      because: expect.stringMatching(/^so far it holds: .*; gossip, iid, none: 3 of 5 seeds so far$/),
    })
    const never = judge({ kind: 'range', value: at('gossip'), min: 1, max: 2 }, part)
    expect(never).toMatchObject({ outcome: 'undecided', because: expect.stringMatching(/^so far it does not hold: /) })
    expect(range('federated')).toMatchObject({
      outcome: 'undecided',
      because: expect.stringContaining('has not been run'),
    })
  })
})

describe('answers', () => {
  it('name the lowest and say how sure that is', () => {
    const [first] = answers(syntheticResults())
    const end = first.sentences.find((sentence) => sentence.includes('ends with the lowest'))
    expect(end).toMatch(/^centralised ends with the lowest error, 0\.05.*federated follows/)
    const equal = first.values.find((value) => value.startsWith('Equal time'))
    expect(equal).toMatch(
      /centralised is ahead by 0\.\d+ ± 0\.\d+\. Paired t-test of final values, 5 seeds: p = 0\.\d+ \(0\.\d+ with Holm’s correction for 6 pairs\), hardly chance\.$/,
    )
    // It is the pair that ends lowest, and is told once.
    expect(end).not.toContain('Paired t-test')
  })

  const text = (runs: Parameters<typeof resultsOf>[0]): string => {
    const [{ headline, values, sentences }] = answers(resultsOf(runs))
    return [headline, ...values, ...sentences].join(' ')
  }

  it('claim nothing that seeds do not show', () => {
    expect(text({ a: [[[1, 0.4]]], b: [[[1, 0.5]]] })).toContain('may be chance')
    expect(text({ a: [[[1, 0.4]], [[1, 0.6]]], b: [[[1, 0.7]], [[1, 0.5]]] })).toMatch(
      /no difference is shown \(0\.1000 ± 2\.5412\)\. Paired t-test of final values, 2 seeds: p = 0\.705\./,
    )
    expect(text({ a: [[[1, 0.4]]] })).toContain('Nothing else has been run')
  })

  it('say that a difference is shown by itself, and not among all pairs', () => {
    const runs = (...values: readonly number[]) => values.map((value) => [[1, value]])
    const end = text({
      ...{ a: runs(0.3, 0.31, 0.3), b: runs(0.31, 0.325, 0.311) },
      ...{ c: runs(0.305, 0.34, 0.33), d: runs(0.35, 0.33, 0.36) },
    })
    expect(end).toMatch(
      /p = 0\.016 \(0\.095 with Holm’s correction for 6 pairs\): by itself hardly chance, but one of so many pairs may be\./,
    )
  })
})

it('missingCells names what is in the manifest and has no result', () => {
  const part = syntheticResults({ seeds: 2, hasRun: (_, i) => i !== 3 })
  expect(missingCells(part)).toEqual([part.manifest.cells[3]])
  expect(missingCells(grid)).toEqual([])
})
