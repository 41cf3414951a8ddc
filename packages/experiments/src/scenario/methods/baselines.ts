import { CentralisedLearning, IsolatedLearning } from '@hearsay/federated'
import { Shards } from '@hearsay/learning'
import { updateMs } from '../mlp/mlp-learner.ts'
import { setupStream } from '../setup-stream.ts'
import { buildPeriodFactors } from '../speeds.ts'
import { buildLearner } from './build-learner.ts'
import type { BuiltMethod } from './built-method.ts'
import type { World } from './world.ts'

/** Where all rows are brought together. */
export const CENTRE = 0

/** Every peer alone. */
export function buildIsolated(world: World): BuiltMethod {
  const { options, kernels, shape, train, assignment } = world
  const { peers, periodMs, jitter } = options
  const shards = new Shards(kernels.memory, shape, train, assignment)
  const { learner, network } = buildLearner(world, shards)
  const periodFactors = buildPeriodFactors(options)
  const costs = assignment.map(({ length }) => updateMs(options.learner, length))
  const trainingMs = costs.some((cost) => cost > 0) ? (peer: number) => costs[peer] : undefined
  const learning = new IsolatedLearning({ peers, kernels, learner, periodMs, jitter, periodFactors, trainingMs })
  return {
    ...{ shards, learning, network, steps: learning.steps },
    protocols: [{ protocol: learning }],
    updates: () => learning.trainings.reduce((sum, trainings) => sum + trainings, 0),
  }
}

/** One model on the rows of all peers, each as often as peers hold it. */
export function buildCentralised(world: World): BuiltMethod {
  const { options, kernels, shape, train, assignment } = world
  const { peers, periodMs, jitter, learner: settings, seed } = options
  const { rowsPerUpdate = Number.POSITIVE_INFINITY } = settings
  const rows = assignment.flatMap((indices) => Array.from(indices))
  setupStream(seed, 'centralised').shuffle(rows)
  const shards = new Shards(kernels.memory, shape, train, [rows])
  const turn = assignment.reduce((sum, { length }) => sum + Math.min(length, rowsPerUpdate), 0)
  const { learner, network } = buildLearner(world, shards, { rowsPerUpdate: turn })
  const learning = new CentralisedLearning({ peers, kernels, learner, periodMs, jitter, server: CENTRE })
  return {
    ...{ shards, learning, network, steps: learning.steps },
    protocols: [{ protocol: learning }],
    predictor: CENTRE,
    updates: ({ timeouts }) => timeouts,
  }
}
