import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { partition, type ShardKind, scaleSplit, type SplitDataset } from '@hearsay/datasets'
import { createKernels, type Kernels, persistMemory } from '@hearsay/kernels'
import { Evaluator, type LinearLearnerOptions, loadRows, Shards, shapeOf } from '@hearsay/learning'
import { independentNetwork, renewalSessions, Simulation } from '@hearsay/simulator'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import { beforeAll, describe, expect, test } from 'vitest'
import { createFederatedParts, type FederatedAlgorithm, FederatedLearning } from '../src/index.ts'

// Hegedűs, Danner, Jelasity 2021: Spambase, standardised, logistic regression, η = 10⁴/t, λ = 10⁻⁶, batches of 10.

const LEARNER: LinearLearnerOptions = { model: 'logistic', lambda: 1e-6, eta: 1e4, batch: 10 }
const CLIENTS = 100

let data: SplitDataset

beforeAll(async () => {
  data = scaleSplit(await loadBuiltinDataset('spambase'), 'standardise')
})

interface Spam {
  readonly kernels: Kernels
  readonly learning: FederatedLearning
  readonly simulation: Simulation
  error(): number
}

function spamOf(algorithm: FederatedAlgorithm, kind: ShardKind = 'iid', churn = false): Spam {
  const kernels = createKernels()
  const shape = shapeOf(LEARNER.model, data.train.featureNames.length, 2, true)
  const assignment = [new Int32Array(0), ...partition(data.train, CLIENTS, { kind, seed: 1 })]
  const shards = new Shards(kernels.memory, shape, data.train, assignment)
  const peers = CLIENTS + 1
  const parts = createFederatedParts(kernels, shards, LEARNER, algorithm)
  const learning = new FederatedLearning({ peers, kernels, ...parts, roundMs: 100, deadlineMs: 300 })
  const simulation = new Simulation({
    ...{ peers, seed: 1, kernels, protocols: [learning] },
    network: independentNetwork({ delay: { kind: 'uniform', minMs: 30, maxMs: 49 } }),
    ...(churn && {
      availability: renewalSessions({
        online: { kind: 'exponential', meanMs: 5000 },
        offline: { kind: 'exponential', meanMs: 2000 },
      }),
    }),
  })
  const evaluator = new Evaluator(kernels, shape, loadRows(kernels.memory, shape, data.test))
  return { kernels, learning, simulation, error: () => evaluator.error(learning.model(0)) }
}

describe('on Spambase', () => {
  test.each<FederatedAlgorithm>([{ kind: 'fedavg' }, { kind: 'fedprox', mu: 1e-4 }])(
    '%o plateaus near 0.06',
    (algorithm) => {
      const { learning, simulation, error } = spamOf(algorithm)
      simulation.run(200 * 100)
      expect(learning.counters.rounds).toBeGreaterThan(190)
      expect(Math.abs(error() - 0.065)).toBeLessThan(0.015)
    },
  )

  test('with one class per client it learns all the same', () => {
    const { simulation, error } = spamOf({ kind: 'fedavg' }, 'by-class')
    simulation.run(200 * 100)
    expect(error()).toBeLessThan(0.12)
  })

  test('saved in the middle of a run and restored, it goes on as if nothing had happened', () => {
    const straight = spamOf({ kind: 'fedadam' }, 'iid', true)
    straight.simulation.run(4000)
    const first = spamOf({ kind: 'fedadam' }, 'iid', true)
    first.simulation.run(2030)
    const archive = new MemoryArchive()
    persistMemory(first.kernels.memory, archive)
    first.simulation.persist(archive)
    const second = spamOf({ kind: 'fedadam' }, 'iid', true)
    const reader = archive.reader()
    persistMemory(second.kernels.memory, reader)
    second.simulation.persist(reader)
    expect(reader.left).toBe(0)
    second.simulation.run(4000)
    expect(second.simulation.traceHash).toBe(straight.simulation.traceHash)
    expect(second.learning.counters).toEqual(straight.learning.counters)
    expect(second.learning.counters.missing).toBeGreaterThan(0)
    expect(second.error()).toBe(straight.error())
  })
})
