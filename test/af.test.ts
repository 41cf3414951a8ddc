import { readFileSync } from 'node:fs'
import { loadData, Scenario, type ScenarioOptions } from '@hearsay/experiments'
import { runScenario } from 'hearsay'
import { beforeAll, describe, expect, test } from 'vitest'

// Scenario AF of Ormándi, Hegedűs, Jelasity 2013, §6.1, with fewer peers: see experiments/ormandi-2013-af/README.md.

interface Expected {
  readonly claim: { readonly cycle: number; readonly difference: number }
  readonly measured: Readonly<Record<'noFailure' | 'allFailures', { readonly allPeers: { readonly mean: number } }>>
  readonly reduced: { readonly peers: number; readonly seed: number }
}

const expected: Expected = JSON.parse(
  readFileSync(new URL('../experiments/ormandi-2013-af/expected.json', import.meta.url), 'utf8'),
)
const data = await loadData({ kind: 'named', name: 'spambase' }, 'min-max', 1)

const NO_FAILURE: ScenarioOptions = {
  ...{ peers: expected.reduced.peers, seed: expected.reduced.seed, rowsPerPeer: 1, shards: 'iid' },
  ...{ periodMs: 1000, jitter: 0.1, overlay: 'newscast' },
  ...{ delay: { kind: 'uniform', min: 0.9, max: 1.1 }, loss: 0 },
  learner: { model: 'pegasos', lambda: 1e-4, merge: 'mean' },
  ...{ bias: false, mergeWith: 'last', votes: 1, evaluate: 0.05, guard: false, backend: 'auto' },
}

const ALL_FAILURES: ScenarioOptions = {
  ...NO_FAILURE,
  ...{ delay: { kind: 'uniform', min: 1, max: 10 }, loss: 0.5 },
  churn: { kind: 'lognormal', median: 1, sigma: 1, online: 0.9 },
}

interface Outcome {
  /** Mean error of the evaluated peers at cycle 100, and of all peers at the end. */
  readonly error100: number
  readonly error: number
  readonly messages: { readonly sent: number; readonly lost: number; readonly missed: number }
}

async function run(options: ScenarioOptions): Promise<Outcome> {
  const scenario = new Scenario(options, data)
  const { signal } = new AbortController()
  let error100 = Number.NaN
  const { cycle } = expected.claim
  for await (const event of runScenario(scenario, { cycles: cycle, reportAt: [100], signal, now: () => 0 })) {
    if (event.type === 'cycle') error100 = event.error.mean
    if (event.type === 'summary') return { error100, error: event.error.mean, messages: event.messages }
  }
  throw new Error('a run ends with its summary')
}

describe('scenario AF: half of the messages lost, late by up to ten cycles, 90 % online', () => {
  let noFailure: Outcome
  let allFailures: Outcome

  beforeAll(async () => {
    noFailure = await run(NO_FAILURE)
    allFailures = await run(ALL_FAILURES)
  })

  test('costs less than three points at cycle 1000', () => {
    expect(noFailure.error).toBeLessThan(0.125)
    expect(allFailures.error - noFailure.error).toBeLessThan(expected.claim.difference)
  })

  test('slows learning down', () => {
    expect(allFailures.error100).toBeGreaterThan(noFailure.error100 + 0.03)
    expect(allFailures.error).toBeGreaterThan(noFailure.error)
  })

  test('is what the paper says: so many messages are lost, so many find their receiver away', () => {
    const { sent, lost, missed } = allFailures.messages
    expect(lost / sent).toBeCloseTo(0.5, 2)
    expect(missed / (sent - lost)).toBeCloseTo(0.1, 2)
    expect(noFailure.messages).toMatchObject({ lost: 0, missed: 0 })
  })

  test('holds in full as well, as its README says', () => {
    const { noFailure: without, allFailures: all } = expected.measured
    const difference = all.allPeers.mean - without.allPeers.mean
    expect(difference).toBeGreaterThan(0)
    expect(difference).toBeLessThan(expected.claim.difference)
  })
})
