import { describe, expect, it } from 'vitest'
import { coverageText, figures, finals } from '../../src/report/index.ts'
import { html } from '../../src/report/html/html.ts'
import { renderPage } from '../../src/report/html/render-report.ts'
import type { Results } from '../../src/results/results.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'
import { runTrial } from '../../src/trial/run-trial.ts'
import type { TrialResult } from '../../src/trial/trial-result.ts'
import { syntheticResults } from './synthetic-results.ts'

const SETTING: ScenarioOptions = {
  ...{ peers: 40, seed: 1, periodMs: 1000, jitter: 0, overlay: 'static', degree: 10 },
  ...{ delay: { kind: 'constant', cycles: 0 }, transferCycles: 1, loss: 0 },
  learner: { model: 'logistic', lambda: 1e-6, eta: 1e4, batch: 10 },
  ...{ bias: true, mergeWith: 'current', votes: 1, shards: 'iid', evaluate: 1, guard: false, backend: 'auto' },
}
const ONLINE: Partial<ScenarioOptions> = {
  churn: { kind: 'lognormal', median: 5, sigma: 1, online: 0.6 },
  measure: 'online',
}

/** Results with one run for each of the settings. */
async function resultsOf(...runs: readonly Partial<ScenarioOptions>[]): Promise<Results> {
  const contestants = runs.map((_, i) => `run ${i}`)
  const trials = await Promise.all(
    runs.map((scenario) =>
      runTrial({
        ...{ task: 'learning', data: { source: { kind: 'named', name: 'spambase' }, scale: 'standardise' } },
        ...{ scenario: { ...SETTING, ...scenario }, cycles: 8, measureAt: [2, 4, 8] },
      }),
    ),
  )
  return withRuns(syntheticResults({ contestants, seeds: 1 }), (i) => trials[i])
}

function withRuns(results: Results, runOf: (index: number, before: TrialResult) => TrialResult): Results {
  return { ...results, cells: results.cells.map((cell, i) => ({ ...cell, result: runOf(i, cell.result) })) }
}

/** What a page says, but for its figures. */
function pageText(results: Results): string {
  const drawn = figures(results).map((figure) => [figure, html`<p>${figure.caption}</p>`] as const)
  return renderPage(results, new Map(drawn))
    .replaceAll(/<style>[^]*?<\/style>|<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

describe('what a report says of the peers that were measured', () => {
  it('is nothing where all were, each time', async () => {
    expect(coverageText(await resultsOf({}))).toBeUndefined()
    expect(coverageText(syntheticResults())).toBeUndefined()
    expect(pageText(syntheticResults())).not.toMatch(/random sample|are measured/)
  })

  it('is how many a sample has, and whether it is of those that are online', async () => {
    expect(coverageText(await resultsOf({ evaluate: 0.3 }))).toBe(
      'Each measurement is of a random sample of the peers: 12 of 40.',
    )
    const online = coverageText(await resultsOf(ONLINE))!
    expect(online).toMatch(/^Only peers that are online are measured: \d+ to \d+ of 40\.$/)
    const [least, most] = online.match(/\d+/g)!.map(Number)
    expect(most).toBeGreaterThan(least)
    const both = coverageText(await resultsOf({ ...ONLINE, evaluate: 0.3 }))!
    expect(both).toMatch(/^Each measurement .* sample of the peers, as far as they are online: \d to \d+ of 40\.$/)
    expect(coverageText(await resultsOf({}, { evaluate: 0.3 }))).toMatch(/^In some runs, each .*: 12 of 40\.$/)
  })

  it('is that peers were silent, of runs over a network, and that they had no value where nothing learns', () => {
    const fewer = (networked: boolean): Results =>
      withRuns(syntheticResults({ networked, contestants: ['gossip'] }), (_, run) => {
        const series = run.series.map((one) => ({ ...one, measured: one.measured - 2, steps: 0 }))
        const peers = run.peers.map((one) => (one.peer < 2 ? { ...one, value: Number.NaN } : one))
        return { ...run, series, peers: networked ? run.peers : peers }
      })
    expect(coverageText(fewer(true))).toBe('Only peers that have reported lately are measured: 18 of 20.')
    expect(coverageText(fewer(false))).toBe('Only peers that have a value are measured: 18 of 20.')
  })

  it('is that some of a sample were missing, though nobody is at the end', () => {
    const results = withRuns(syntheticResults({ contestants: ['gossip'] }), (_, run) => {
      return { ...run, series: run.series.map((one, i) => ({ ...one, measured: i === 0 ? 3 : 5 })) }
    })
    expect(coverageText(results)).toMatch(/sample of the peers, as far as they are online: 3 to 5 of 20\.$/)
  })

  it('stands above the curves, in the caption of final values and in that of the spread', async () => {
    const text = pageText(await resultsOf({ evaluate: 0.3 }))
    const sentence = 'Each measurement is of a random sample of the peers: 12 of 40.'
    expect(text).toContain(
      `compute. A contestant can be ahead on one and behind on another, so none stands alone. ${sentence}`,
    )
    expect(text).toContain(`Less is better. ${sentence}`)
    expect(text).toMatch(new RegExp(`and all of them \\(light\\)\\. ${sentence}`))
    expect(text).toContain('are of all peers that count at the end, not of a sample')
    expect(pageText(await resultsOf(ONLINE))).not.toContain('not of a sample')
  })
})

describe('the spread in the end', () => {
  it('is of all peers, at the moment of the last measurement: the rows of peers have them', async () => {
    const whole = await resultsOf({}, ONLINE)
    for (const [i, { peers, measured }] of finals(whole).entries()) {
      const last = whole.cells[i].result.series.at(-1)!
      const { min, q10, median, q90, max } = last
      expect(peers).toEqual({ min, q10, median, q90, max })
      expect(measured).toEqual({ min: last.measured, max: last.measured, of: 40 })
    }
    expect(finals(whole)[1].measured.max).toBeLessThan(40)
    // Whom a sample has changes nothing in a run.
    const sampled = await resultsOf({ evaluate: 0.3 }, { ...ONLINE, evaluate: 0.3 })
    expect(finals(sampled).map(({ peers }) => peers)).toEqual(finals(whole).map(({ peers }) => peers))
    expect(finals(sampled)[0]).toMatchObject({ measured: { min: 12, max: 12, of: 40 } })
    const { q10, q90 } = sampled.cells[0].result.series.at(-1)!
    expect(finals(sampled)[0].peers).not.toMatchObject({ q10, q90 })
  })

  it('is of the last measurement where peers tell their values themselves, at different times', () => {
    const results = syntheticResults({ networked: true, contestants: ['gossip'], seeds: 1 })
    const { min, max } = results.cells[0].result.series.at(-1)!
    expect(finals(results)[0].peers).toMatchObject({ min, max })
  })

  it('is none where all peers predict with one model', () => {
    const alike = (names: readonly string[]): Results =>
      withRuns(syntheticResults({ contestants: names, seeds: 2 }), (_, run) => {
        const level = run.series.map((one) => ({ ...one, min: one.mean, q10: one.mean, q90: one.mean, max: one.mean }))
        return { ...run, series: level }
      })
    const names = ['gossip', 'fedavg', 'isolated', 'centralised']
    expect(finals(alike(names)).map(({ oneModel }) => oneModel)).toEqual([false, true, false, true])
    expect(finals(syntheticResults({ contestants: names })).some(({ oneModel }) => oneModel)).toBe(false)
    const text = pageText(alike(names))
    expect(text).toMatch(/fedavg 0\.\d+ 0\.\d+ … 0\.\d+ 0\.\d+ 2 – – 1,000/)
    expect(text).toMatch(/gossip 0\.\d+ 0\.\d+ … 0\.\d+ 0\.\d+ 2 0\.\d+ … 0\.\d+ 0\.\d+ … 0\.\d+ 1,000/)
    expect(text).toContain('averaged over seeds, – where all peers predict with one model.')
    expect(text).toContain('A line alone is one model that all peers predict with.')
  })
})

it('a standard deviation is not what additions are rounded to', () => {
  const results = withRuns(syntheticResults({ contestants: ['gossip'], seeds: 2, measureAt: [5] }), (i, run) => {
    return { ...run, series: run.series.map((one) => ({ ...one, mean: i === 0 ? 0.3 : 0.1 + 0.2 })) }
  })
  expect(pageText(results)).toMatch(/gossip 0\.3000 0\.3000 … 0\.3000 0 2 /)
})

it('a report with pooled training says that bringing the rows together is not counted', () => {
  const text = pageText(syntheticResults({ contestants: ['gossip', 'centralised'] }))
  expect(text.match(/Bytes of centralised: bringing the rows of all peers together is not counted\./g)).toHaveLength(3)
  expect(pageText(syntheticResults({ contestants: ['gossip', 'isolated'] }))).not.toContain('not counted')
})
