import {
  createServerRule,
  EpochTraining,
  FederatedGuard,
  FederatedKind,
  FederatedLearning,
  UPDATE_ROWS_MAX,
} from '@hearsay/federated'
import type { Kernels } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import { createFederatedCodec } from '../codecs/federated-codec.ts'
import type { RunManifest } from '../manifest.ts'
import { CLIENTS_MAX, countFederated, withoutClients } from './federated-mount.ts'
import type { ManifestFederated } from './federated-settings.ts'
import { deferKept } from './network-mount.ts'
import type { DeferredProtocol, OpenNetwork } from './network.ts'
import type { RunLearning } from './run-learning.ts'

/** Federated learning of a network, with the codec and the guard for the messages of a run. */
export function mountFederatedNetwork(
  { model, rowsMax }: RunManifest,
  federated: ManifestFederated,
  kernels: Kernels,
  network: OpenNetwork,
  server: number,
): RunLearning {
  const { shape } = network
  const epochs = model.network?.epochs ?? 1
  const create = (learner: Learner): FederatedLearning =>
    new FederatedLearning({
      ...{ ...federated, peers: 1, clientsMax: CLIENTS_MAX, kernels, server },
      // The learner makes all epochs of a round at once.
      training: new EpochTraining(kernels, learner),
      // What a client never uses is not to take several times the memory of a model.
      rule: createServerRule(kernels, learner.shape, server === 0 ? federated.algorithm : { kind: 'fedavg' }),
      askItself: (context, message) => deferred.protocol.onMessage(context, server, message),
    })
  const models = { kind: FederatedKind.model, age: 'value', from: server } as const
  const kept = deferKept(kernels, network, create, models)
  const deferred: DeferredProtocol<FederatedLearning> = kept
  return {
    protocol: deferred.protocol,
    state: withoutClients(kept.state, deferred.inner),
    codec: createFederatedCodec({ ...federated, outputs: 1, dimension: shape.dimension }),
    guard: new FederatedGuard({
      ...{ ...federated, kernels, shape, rowsMax: Math.min(UPDATE_ROWS_MAX, epochs * rowsMax) },
      // Nothing bounds the weights of a network by its rows.
      normMax: () => Number.POSITIVE_INFINITY,
    }),
    count: () => ({ ...countFederated(deferred.inner, server, epochs), steps: network.steps }),
  }
}
