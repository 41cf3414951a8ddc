import { ConfigurationError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import type { Method } from '../../src/scenario/method.ts'
import { Scenario } from '../../src/scenario/scenario.ts'
import type { MlpLearnerOptions } from '../../src/scenario/mlp/mlp-learner.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'
import { runTrial } from '../../src/trial/run-trial.ts'
import type { TrialResult } from '../../src/trial/trial-result.ts'
import type { LearningTrial } from '../../src/trial/trial-settings.ts'
import { CLOUDS } from '../scenario/support.ts'

const MLP: MlpLearnerOptions = { model: 'mlp', hidden: [8], batch: 32, eta: 0.02 }

/** Sixteen peers, 96 digits each; messages take a tenth of a cycle. */
const SETTING: ScenarioOptions = {
  ...{ peers: 16, seed: 1, periodMs: 1000, jitter: 0, overlay: 'uniform' },
  ...{ delay: { kind: 'constant', cycles: 0.1 }, loss: 0, learner: MLP, bias: false, mergeWith: 'current' },
  ...{ votes: 1, shards: 'iid', evaluate: 1, guard: false, backend: 'auto' },
}

const FEDAVG = { kind: 'fedavg', round: 1, deadline: 4 } as const

function run(changes: Partial<ScenarioOptions>, learner: Partial<MlpLearnerOptions> = {}): Promise<TrialResult> {
  const trial: LearningTrial = {
    task: 'learning',
    data: { source: { kind: 'named', name: 'digits' }, scale: 'standardise' },
    scenario: { ...SETTING, ...changes, learner: { ...MLP, ...learner } },
    ...{ cycles: 4, measureAt: [2, 4] },
  }
  return runTrial(JSON.parse(JSON.stringify(trial)) as LearningTrial)
}

const last = ({ series }: TrialResult) => series[series.length - 1]

describe('a trial of a multilayer perceptron', () => {
  test.each<[string, Partial<ScenarioOptions>]>([
    ['gossip', {}],
    ['fedavg', { method: FEDAVG }],
    ['fedadam', { method: { ...FEDAVG, kind: 'fedadam', serverEta: 0.05, weights: 'int8' } }],
    ['isolated', { method: { kind: 'isolated' } }],
    ['centralised', { method: { kind: 'centralised' } }],
  ])('learns, and gives the same each time: %s', async (_, changes) => {
    const first = await run(changes, { msPerRow: 1 })
    expect(last(first).mean).toBeLessThan(0.6)
    expect(last(first).steps).toBeGreaterThan(0)
    expect(await run(changes, { msPerRow: 1 })).toEqual(first)
  })

  test.each<[string, Partial<ScenarioOptions>]>([
    ['gossip', {}],
    ['fedavg', { method: FEDAVG }],
    ['isolated', { method: { kind: 'isolated' } }],
  ])('trains less in the same time where training costs time: %s', async (_, changes) => {
    const [cheap, costly] = [await run(changes), await run(changes, { msPerRow: 15 })]
    expect(last(costly).steps).toBeGreaterThan(0)
    expect(last(costly).steps).toBeLessThan(0.8 * last(cheap).steps)
  })

  test('makes the epochs of a round in one update, with the server’s rule, and held to its model by FedProx', async () => {
    const by = (method: Method, epochs = 1) => run({ method }, { rowsPerUpdate: 16, epochs })
    const twice = await by({ ...FEDAVG, epochs: 2 })
    expect(await by(FEDAVG, 2)).toEqual(twice)
    expect(await by({ ...FEDAVG, kind: 'fedprox', mu: 0, epochs: 2 })).toEqual(twice)
    expect(last(await by({ ...FEDAVG, kind: 'fedadam', epochs: 2 })).mean).not.toBe(last(twice).mean)
    const held = await by({ ...FEDAVG, kind: 'fedprox', mu: 10, epochs: 2 })
    expect(last(held).steps).toBe(last(twice).steps)
    expect(last(held).mean).not.toBe(last(twice).mean)
  })

  test('sends whole models of all its weights', async () => {
    const { messages, bytes } = last(await run({ headerBytes: 0 }))
    // 64 · 8 + 8 and 8 · 10 + 10 weights, and zeros up to a multiple of four.
    expect(bytes / messages).toBeGreaterThanOrEqual(4 * 610)
    expect(bytes / messages).toBeLessThan(4 * 620)
  })

  test.each<[string, Partial<ScenarioOptions>]>([
    ['a guard', { guard: true }],
    ['votes', { votes: 3 }],
    ['parts of models', { exchange: { kind: 'partitioned', parts: 2 } }],
    ['the last received model', { mergeWith: 'last' }],
    ['gradients in place of updates', { method: { kind: 'fedsgd' } }],
    ['a cost without a round of FedProx', { learner: { ...MLP, msPerRow: 1 }, method: { kind: 'fedprox', mu: 1 } }],
    ['a cost without a round', { learner: { ...MLP, msPerRow: 1 }, method: { kind: 'fedavg' } }],
    ['a cost that is none', { learner: { ...MLP, msPerRow: Number.NaN } }],
  ])('is refused with %s', (_, changes) => {
    const open = (): unknown => new Scenario({ ...SETTING, ...changes }, CLOUDS)
    expect(open).toThrow(ConfigurationError)
    expect(open).toThrow(/a multilayer perceptron (?!is prepared)/)
  })

  test('is prepared before its scenario is built', () => {
    expect(() => new Scenario(SETTING, CLOUDS)).toThrow(/is prepared before its run/)
  })
})
