import type { PeerSampler } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { createFlowControl, GossipLearning, ModelGuard } from '@hearsay/protocols'
import { createModelCodec } from '../codecs/model-codec.ts'
import type { RunManifest } from '../manifest.ts'
import type { OpenNetwork } from './network.ts'
import type { RunLearning } from './run-learning.ts'

/** Gossip learning of a network, with the codec and the guard for the models of a run. */
export function mountNetwork(
  { model, hyperparameters, periodMs, rowsMax }: RunManifest,
  kernels: Kernels,
  network: OpenNetwork,
  sampler: PeerSampler,
): RunLearning {
  const { flow = { kind: 'proactive' }, weights = 'float32', ageGrowthMax } = hyperparameters
  const { shape } = network
  const common = { kernels, weights, periodMs }
  const { inner, protocol } = network.defer(
    (learner) =>
      new GossipLearning({
        ...{ ...common, peers: 1, learner, sampler, mergeWith: 'current', flow: createFlowControl(flow, 1, 1) },
      }),
  )
  return {
    protocol,
    codec: createModelCodec({ outputs: 1, dimension: shape.dimension, weights }),
    guard: new ModelGuard({
      // Nothing bounds the weights of a network by its rows.
      ...{ ...common, shape, updatesPerMerge: rowsMax * (model.network?.epochs ?? 1), normMax: () => Infinity },
      ...(ageGrowthMax === undefined ? {} : { growth: ageGrowthMax }),
    }),
    count: () => {
      const [received, sent] = [inner.received[0], inner.sent[0]]
      return { modelsIn: received, modelsOut: sent, passes: received, steps: network.steps }
    },
  }
}
