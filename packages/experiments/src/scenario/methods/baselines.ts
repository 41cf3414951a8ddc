import { CentralisedLearning, IsolatedLearning } from '@hearsay/federated'
import { LinearLearner, Shards } from '@hearsay/learning'
import { setupStream } from '../setup-stream.ts'
import { buildPeriodFactors } from '../speeds.ts'
import type { BuiltMethod } from './built-method.ts'
import type { World } from './world.ts'

/** Where all rows are brought together. */
export const CENTRE = 0

/** Every peer alone. */
export function buildIsolated({ options, kernels, shape, train, assignment }: World): BuiltMethod {
  const { peers, periodMs, jitter } = options
  const shards = new Shards(kernels.memory, shape, train, assignment)
  const learner = new LinearLearner(kernels, shards, options.learner)
  const periodFactors = buildPeriodFactors(options)
  const learning = new IsolatedLearning({ peers, kernels, learner, periodMs, jitter, periodFactors })
  return {
    ...{ shards, learning, steps: learning.steps },
    protocols: [{ protocol: learning }],
    updates: ({ timeouts }) => timeouts,
  }
}

/** One model on the rows of all peers, each as often as peers hold it. */
export function buildCentralised({ options, kernels, shape, train, assignment }: World): BuiltMethod {
  const { peers, periodMs, jitter, learner: settings, seed } = options
  const { rowsPerUpdate = Number.POSITIVE_INFINITY } = settings
  const rows = assignment.flatMap((indices) => Array.from(indices))
  setupStream(seed, 'centralised').shuffle(rows)
  const shards = new Shards(kernels.memory, shape, train, [rows])
  const turn = assignment.reduce((sum, { length }) => sum + Math.min(length, rowsPerUpdate), 0)
  const learner = new LinearLearner(kernels, shards, { ...settings, rowsPerUpdate: turn })
  const learning = new CentralisedLearning({ peers, kernels, learner, periodMs, jitter, server: CENTRE })
  return {
    ...{ shards, learning, steps: learning.steps },
    protocols: [{ protocol: learning }],
    predictor: CENTRE,
    updates: ({ timeouts }) => timeouts,
  }
}
