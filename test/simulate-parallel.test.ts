import { ConfigurationError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { loadData, Scenario, type ScenarioOptions, W2 } from '@hearsay/experiments'
import { runParallel, runScenario, type SimulateEvent } from 'hearsay'

const PLAIN: ScenarioOptions = { ...W2, peers: 60, evaluate: 0.2 }

const SCENARIOS: readonly (readonly [string, ScenarioOptions])[] = [
  ['plain', PLAIN],
  [
    'under a guard, with votes, NewsCast, jitter and loss',
    {
      ...PLAIN,
      ...{ overlay: 'newscast', jitter: 0.1, guard: true, votes: 3, loss: 0.2 },
      delay: { kind: 'uniform', min: 0.02, max: 1.5 },
    },
  ],
  [
    'with churn, lost state, copies and bursts of loss',
    {
      ...PLAIN,
      ...{ mergeWith: 'last', wholeTransfers: true, loseState: 0.3, measure: 'online' },
      churn: { kind: 'lognormal', median: 2, sigma: 1, online: 0.7 },
      loss: { rate: 0.2, cycles: 2 },
      duplicate: { probability: 0.3, cycles: 1 },
    },
  ],
]

const data = await loadData({ kind: 'named', name: 'spambase' }, 'standardise', 1)
const run = { cycles: 12, reportAt: [1, 5, 6, 12], signal: new AbortController().signal, now: () => 0 }

/** What is told of a run, but for what the machine's speed decides. */
async function told(events: AsyncIterable<SimulateEvent>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const event of events) {
    if (event.type === 'progress') continue
    const timeless: Record<string, unknown> = { ...event }
    for (const key of ['seconds', 'updatesPerSecond']) delete timeless[key]
    found.push(timeless)
  }
  return found
}

describe.each(SCENARIOS)('a run %s', (_, options) => {
  test('tells the same on two and on five workers as on none', async () => {
    const expected = await told(runScenario(new Scenario(options, data), run))
    expect(expected).toHaveLength(6)
    expect(await told(runParallel(options, data, { ...run, workers: 2 }))).toEqual(expected)
    expect(await told(runParallel(options, data, { ...run, workers: 5 }))).toEqual(expected)
  })
})

test('an interrupted run ends after a cycle that all workers have run, with a summary of it', async () => {
  const controller = new AbortController()
  const signal = controller.signal
  const endless = { ...run, cycles: 1_000_000, reportAt: [3], workers: 2, signal }
  let summary: SimulateEvent | undefined
  for await (const event of runParallel(PLAIN, data, endless)) {
    if (event.type === 'cycle') controller.abort()
    if (event.type === 'summary') summary = event
  }
  if (summary?.type !== 'summary') throw new Error('no summary')
  expect(summary.interrupted).toBe(true)
  expect(summary.cycles).toBeGreaterThanOrEqual(3)
  const again = { ...run, cycles: summary.cycles, reportAt: [] }
  const [, whole] = await told(runScenario(new Scenario(PLAIN, data), again))
  expect(whole).toMatchObject({ traceHash: summary.traceHash, error: summary.error })
})

test('who stops listening ends the threads, and waits for their end', async () => {
  const heard: string[] = []
  for await (const { type } of runParallel(PLAIN, data, { ...run, cycles: 1_000_000, workers: 2 })) {
    heard.push(type)
    if (type === 'cycle') break
  }
  expect(heard).toEqual(['start', 'cycle'])
})

describe('refused is', () => {
  test('a run with fewer peers than workers', async () => {
    const events = runParallel({ ...PLAIN, peers: 2 }, data, { ...run, workers: 3 })
    await expect(told(events)).rejects.toThrow(ConfigurationError)
  })

  test('a network in which messages may take no time', async () => {
    const options: ScenarioOptions = { ...PLAIN, delay: { kind: 'constant', cycles: 0 } }
    const events = told(runParallel(options, data, { ...run, workers: 2 }))
    await expect(events).rejects.toMatchObject({ name: 'ConfigurationError', code: 'WINDOW' })
  })
})
