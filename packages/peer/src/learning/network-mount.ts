import type { Persistent, PeerSampler } from '@hearsay/core'
import type { LearningProtocol } from '@hearsay/federated'
import type { Kernels } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import { createFlowControl, GossipLearning, ModelGuard } from '@hearsay/protocols'
import { createModelCodec } from '../codecs/model-codec.ts'
import type { RunManifest } from '../manifest.ts'
import { keptProtocol } from '../state/kept-protocol.ts'
import type { DeferredProtocol, ModelMessages, OpenNetwork } from './network.ts'
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
  const { inner, protocol, state } = deferKept(
    kernels,
    network,
    (learner) =>
      new GossipLearning({
        ...{ ...common, peers: 1, learner, sampler, mergeWith: 'current', flow: createFlowControl(flow, 1, 1) },
      }),
  )
  return {
    ...{ protocol, state },
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

/** A protocol whose training is deferred, and its state: what is under way is not of it, since a peer that stops gives it up. */
export function deferKept<P extends LearningProtocol>(
  { memory }: Kernels,
  network: OpenNetwork,
  create: (learner: Learner) => P,
  models: ModelMessages = {},
): DeferredProtocol<P> & { readonly state: Persistent } {
  let state: Persistent = { persist() {} }
  const deferred = network.defer((learner) => {
    const kept = keptProtocol(memory, () => create(learner))
    state = kept.state
    return kept.protocol
  }, models)
  return { ...deferred, state }
}
