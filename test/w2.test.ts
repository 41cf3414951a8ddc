import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadData, runTrial, Scenario, type ScenarioOptions, W2 } from '@hearsay/experiments'
import { readExperiment } from '@hearsay/experiments/file'
import { runScenario } from 'hearsay'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReduced, runClaims } from './experiments/reduced-form.ts'

// Workload W2 in full, against the column that GoLF gives: see experiments/golf-w2/README.md.

type Column = Readonly<Record<string, number>>

interface Expected {
  readonly cycles: readonly number[]
  readonly reference: { readonly error: Column }
  readonly tolerance: Column
  readonly measured: { readonly median: Column; readonly min: Column; readonly max: Column }
}

interface Outcome {
  /** Mean error of the evaluated peers, by cycle. */
  readonly error: Column
  /** Mean error of all peers at the end. */
  readonly errorOfAll: number
  readonly updates: number
  readonly traceHash: string
}

const expected: Expected = JSON.parse(
  readFileSync(new URL('../experiments/golf-w2/expected.json', import.meta.url), 'utf8'),
)
const data = await loadData({ kind: 'named', name: 'spambase' }, 'standardise', W2.seed)

async function run(changes: Partial<ScenarioOptions>): Promise<Outcome> {
  const scenario = new Scenario({ ...W2, ...changes }, data)
  const { signal } = new AbortController()
  const error: Record<string, number> = {}
  for await (const event of runScenario(scenario, { cycles: 1000, reportAt: expected.cycles, signal, now: () => 0 })) {
    if (event.type === 'cycle') error[event.cycle] = event.error.mean
    if (event.type !== 'summary') continue
    return { error, errorOfAll: event.error.mean, updates: event.updates, traceHash: event.traceHash }
  }
  throw new Error('a run ends with its summary')
}

function medianAt(outcomes: readonly Outcome[], cycle: number | string): number {
  const errors = outcomes.map(({ error }) => error[cycle]).sort((a, b) => a - b)
  return errors[(errors.length - 1) / 2]
}

describe('W2: 1000 peers × 1000 cycles of Spambase', () => {
  let outcomes: Outcome[]

  beforeAll(async () => {
    outcomes = []
    for (const seed of [1, 2, 3]) outcomes.push(await run({ seed }))
  })

  test.each(Object.entries(expected.tolerance))(
    'follows the error of GoLF at cycle %s, to ± %d',
    (cycle, tolerance) => {
      expect(Math.abs(medianAt(outcomes, cycle) - expected.reference.error[cycle])).toBeLessThan(tolerance)
    },
  )

  test('is ahead of GoLF or behind it by less than a cycle at its start', () => {
    // No message with a delay of one cycle has arrived by then: models are zero, and predict that nothing is spam.
    const spam = data.test.labels.reduce((sum, label) => sum + label, 0) / data.test.rows
    for (const { error } of outcomes) expect(error[1]).toBeCloseTo(spam, 12)
    expect(expected.reference.error[1]).toBeLessThan(spam)
    expect(expected.reference.error[1]).toBeGreaterThan(medianAt(outcomes, 2))
  })

  test('gives what its README says', () => {
    const { min, max, median } = expected.measured
    for (const cycle of expected.cycles) {
      // Three seeds may lie a little outside of what ten others have given.
      const margin = (max[cycle] - min[cycle]) / 4 + 0.0005
      expect(medianAt(outcomes, cycle)).toBeGreaterThan(min[cycle] - margin)
      expect(medianAt(outcomes, cycle)).toBeLessThan(max[cycle] + margin)
      expect(median[cycle]).toBeGreaterThanOrEqual(min[cycle])
      expect(median[cycle]).toBeLessThanOrEqual(max[cycle])
    }
  })

  test('handles every model but those under way', () => {
    // Phases are rounded to milliseconds: a peer at the end of the first cycle starts with the second.
    for (const { updates } of outcomes) expect(Math.abs(updates - 999_000)).toBeLessThan(10)
  })

  test('is one run for one seed, and another for another', async () => {
    const again = await run({ seed: 2 })
    expect(again).toEqual(outcomes[1])
    expect(new Set(outcomes.map(({ traceHash }) => traceHash)).size).toBe(outcomes.length)
  })

  test('does not follow GoLF where models are merged with the last received one: the tolerance has teeth', async () => {
    const { errorOfAll } = await run({ mergeWith: 'last' })
    const limit = expected.reference.error[1000] + expected.tolerance[1000]
    expect(errorOfAll).toBeGreaterThan(limit)
    for (const outcome of outcomes) expect(outcome.errorOfAll).toBeLessThan(limit)
  })
})

describe('the experiment file', () => {
  const path = fileURLToPath(new URL('../experiments/golf-w2/spambase.yaml', import.meta.url))

  test('runs W2 as its first contestant', async () => {
    const { cells, contestants } = await readExperiment(path)
    const { contestant, seed, trial } = cells[0]
    expect([contestant, seed, trial.cycles]).toEqual([contestants[0], W2.seed, 1000])
    const { traceHash } = await runTrial({ ...trial, cycles: 20, measureAt: [20] })
    const scenario = new Scenario(W2, data)
    while (scenario.cycle < 20) scenario.runCycle()
    expect(traceHash).toBe(scenario.simulation.traceHash)
  })

  test('has the column of GoLF and its tolerance in its references and claims', async () => {
    const { references, claims } = await readExperiment(path)
    const errors = Object.fromEntries(references.map(({ cycle, value }) => [cycle, value]))
    expect(errors).toEqual(expected.reference.error)
    const ranges = claims.flatMap(({ check }) => (check.kind === 'range' ? [check] : []))
    expect(ranges).toHaveLength(Object.keys(expected.tolerance).length)
    for (const { value, min, max } of ranges) {
      expect((min + max) / 2).toBeCloseTo(expected.reference.error[value.cycle], 12)
      expect((max - min) / 2).toBeCloseTo(expected.tolerance[value.cycle], 12)
    }
  })

  test('holds its claims in its reduced form', async () => {
    const verdicts = await runClaims(await readReduced('golf-w2/spambase'))
    expect(verdicts.length).toBeGreaterThanOrEqual(4)
    expect(verdicts).toEqual(verdicts.map((verdict) => ({ ...verdict, outcome: 'holds' })))
  })
})
