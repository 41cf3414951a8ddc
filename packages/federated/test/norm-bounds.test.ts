import { type LinearLearnerOptions, passPlan } from '@hearsay/learning'
import { describe, expect, test } from 'vitest'
import {
  type FederatedAlgorithm,
  type FederatedFormat,
  FederatedGuard,
  federatedNormBounds,
  type NormBounds,
} from '../src/index.ts'
import { runOf, worldOf } from './support.ts'

const PEGASOS: LinearLearnerOptions = { model: 'pegasos', lambda: 0.1 }
const SIZES = [0, 1, 2, 9]
const ROWS_MAX = 18

function boundsOf(algorithm: FederatedAlgorithm, learner = PEGASOS, format: FederatedFormat = {}): NormBounds {
  const { shards, rows } = worldOf(SIZES, learner)
  const rowNormMax = Math.max(...rows.flat().map((row) => Math.hypot(...row.slice(0, -1))))
  const plan = passPlan(shards.shape, learner)
  const { shape } = shards
  return federatedNormBounds({ algorithm, model: learner.model, plan, shape, rowNormMax, rowsMax: ROWS_MAX, ...format })
}

describe('bounds of norms', () => {
  const honest: [FederatedAlgorithm, FederatedFormat][] = [
    [{ kind: 'fedavg', epochs: 2 }, {}],
    [
      { kind: 'fedavg', serverEta: 0.5 },
      { weights: 'int8', modelWeights: 'int8' },
    ],
    [{ kind: 'fedprox', mu: 0.5, epochs: 2 }, {}],
    [{ kind: 'fedsgd' }, {}],
    [{ kind: 'fedavg' }, { exchange: { kind: 'subsampled', share: 0.5 } }],
  ]
  test.each(honest)('%o with %o stays within them', (algorithm, format) => {
    const bounds = boundsOf(algorithm, PEGASOS, format)
    expect(Number.isFinite(bounds.updateNormMax + bounds.normMax(1e9))).toBe(true)
    const options = { sizes: SIZES, learner: PEGASOS, algorithm, ...format }
    const { kernels, shards, learning } = runOf(options)
    const { shape } = shards
    const guard = new FederatedGuard({ kernels, shape, roundMs: 100, rowsMax: ROWS_MAX, ...format, ...bounds })
    const run = runOf({ ...options, simulation: { kernels, protocols: [{ protocol: learning, guard }] } })
    run.simulation.run(5001)
    expect(run.simulation.counters.refused).toBe(0)
    expect(learning.counters.used).toBeGreaterThan(140)
  })

  test('are G/λ for a weight vector, and twice that for an update', () => {
    const learner = { ...PEGASOS, eta: 1 }
    const { shards, rows } = worldOf(SIZES, learner, false)
    const rowNormMax = Math.max(...rows.flat().map((row) => Math.hypot(...row.slice(0, -1))))
    const { shape } = shards
    const common = { model: 'pegasos', plan: passPlan(shape, learner), shape, rowNormMax, rowsMax: 9 } as const
    const { normMax, updateNormMax } = federatedNormBounds({ algorithm: { kind: 'fedavg' }, ...common })
    // To 11 % and 1 %, which rounding may add.
    for (const age of [0, 1e6]) expect(normMax(age) / (rowNormMax / 0.1)).toBeCloseTo(1.1 * 1.01, 10)
    expect(updateNormMax).toBe(2 * normMax(0))
    // A subset may hold the largest weights of different clients.
    const exchange = { kind: 'subsampled', share: 0.5 } as const
    const sampled = federatedNormBounds({ algorithm: { kind: 'fedavg' }, ...common, exchange })
    expect(sampled.normMax(7)).toBeCloseTo(Math.sqrt(3) * normMax(7), 8)
    // A mean gradient is no longer than a row and its bias.
    const gradient = federatedNormBounds({ algorithm: { kind: 'fedsgd' }, ...common })
    expect(gradient.updateNormMax).toBeCloseTo(1.1 * Math.hypot(rowNormMax, 1), 8)
  })

  test.each<[FederatedAlgorithm, LinearLearnerOptions]>([
    [{ kind: 'fedadam' }, PEGASOS],
    [{ kind: 'fedyogi' }, PEGASOS],
    [{ kind: 'fedadagrad' }, PEGASOS],
    [{ kind: 'fedavg', serverEta: 1.5 }, PEGASOS],
    [{ kind: 'fedavg' }, { model: 'adaline' }],
    [{ kind: 'fedsgd' }, { model: 'adaline' }],
    [{ kind: 'fedavg' }, { ...PEGASOS, decay: false }],
    [
      { kind: 'fedprox', mu: 1 },
      { model: 'logistic', lambda: 0, eta: 1 },
    ],
  ])('are none for %o on %o', (algorithm, learner) => {
    const { normMax, updateNormMax } = boundsOf(algorithm, learner)
    expect([normMax(100), updateNormMax]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  })
})
