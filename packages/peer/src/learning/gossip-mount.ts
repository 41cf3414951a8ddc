import type { PeerSampler } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { LinearLearner, type LinearLearnerOptions, normBound, type Shards } from '@hearsay/learning'
import {
  createFlowControl,
  exchangePeriodMs,
  FULL_EXCHANGE,
  GossipLearning,
  ModelGuard,
  partsOf,
} from '@hearsay/protocols'
import { keptProtocol } from '../state/kept-protocol.ts'
import { createModelCodec } from '../codecs/model-codec.ts'
import type { RunManifest } from '../manifest.ts'
import type { RunLearning } from './run-learning.ts'

/** Gossip learning with the codec and the guard for the models of a run. */
export function mountGossip(
  { hyperparameters, periodMs, rowNormMax, rowsMax }: RunManifest,
  kernels: Kernels,
  shards: Shards,
  settings: LinearLearnerOptions,
  sampler: PeerSampler,
): RunLearning {
  const steps = new Float64Array(1)
  const learner = new LinearLearner(kernels, shards, settings, steps)
  const { flow = { kind: 'proactive' }, exchange = FULL_EXCHANGE, weights = 'float32', ageGrowthMax } = hyperparameters
  const { shape } = learner
  const common = { kernels, exchange, weights, periodMs: exchangePeriodMs(exchange, periodMs) }
  const { protocol, state } = keptProtocol(
    kernels.memory,
    () =>
      new GossipLearning({
        ...{ ...common, peers: 1, learner, sampler, mergeWith: hyperparameters.mergeWith },
        flow: createFlowControl(flow, 1, partsOf(exchange)),
      }),
  )
  return {
    ...{ protocol, state },
    codec: createModelCodec({ outputs: shape.outputs, dimension: shape.dimension, exchange, weights }),
    guard: new ModelGuard({
      ...{ ...common, shape, updatesPerMerge: rowsMax },
      normMax: (age) => normBound(settings.model, learner.plan, shape, rowNormMax, age),
      ...(ageGrowthMax === undefined ? {} : { growth: ageGrowthMax }),
    }),
    count: () => {
      const [received, sent] = [protocol.received[0], protocol.sent[0]]
      return { modelsIn: received, modelsOut: sent, passes: received, steps: steps[0] }
    },
  }
}
