import type { Persistent } from '@hearsay/core'
import {
  createFederatedParts,
  FederatedGuard,
  FederatedLearning,
  federatedNormBounds,
  UPDATE_ROWS_MAX,
} from '@hearsay/federated'
import type { Kernels, PassPlan } from '@hearsay/kernels'
import type { LinearLearnerOptions, Shards } from '@hearsay/learning'
import { keptProtocol } from '../state/kept-protocol.ts'
import { createFederatedCodec } from '../codecs/federated-codec.ts'
import type { RunManifest } from '../manifest.ts'
import type { ManifestFederated } from './federated-settings.ts'
import type { LearningCounts, RunLearning } from './run-learning.ts'

/** The most clients that a server keeps in mind: no more than half of what its address book holds. */
export const CLIENTS_MAX = 2048

/** What federated learning of one peer is made of, beside the manifest. */
export interface FederatedInputs {
  readonly kernels: Kernels
  readonly shards: Shards
  readonly learner: LinearLearnerOptions
  readonly plan: PassPlan
  /** The server's number on this host: 0 where it is this peer. */
  readonly server: number
}

/** Federated learning with the codec and the guard for the messages of a run. */
export function mountFederated(
  manifest: RunManifest,
  federated: ManifestFederated,
  { kernels, shards, learner, plan, server }: FederatedInputs,
): RunLearning {
  const { rowNormMax, rowsMax } = manifest
  const { shape } = shards
  const { algorithm } = federated
  const epochs = 'epochs' in algorithm ? (algorithm.epochs ?? 1) : 1
  const trainedRowsMax = Math.min(UPDATE_ROWS_MAX, epochs * rowsMax)
  const { protocol, state } = keptProtocol(kernels.memory, () => {
    const parts = createFederatedParts(kernels, shards, learner, algorithm)
    return new FederatedLearning({
      ...{ ...federated, peers: 1, clientsMax: CLIENTS_MAX, kernels, server, ...parts },
    })
  })
  return {
    protocol,
    state: withoutClients(state, protocol),
    codec: createFederatedCodec({ ...federated, outputs: shape.outputs, dimension: shape.dimension }),
    guard: new FederatedGuard({
      ...{ ...federated, kernels, shape, rowsMax: trainedRowsMax },
      ...federatedNormBounds({
        ...{ ...federated, model: learner.model, plan, shape, rowNormMax, rowsMax: trainedRowsMax },
      }),
    }),
    count: () => countFederated(protocol, server, epochs),
  }
}

/** Numbers of peers mean nothing after a restart: the server forgets its clients, which check in. */
export function withoutClients(state: Persistent, protocol: FederatedLearning): Persistent {
  return {
    persist(archive) {
      state.persist(archive)
      if (archive.restoring) protocol.forgetClients()
    },
  }
}

/** What a peer has done, be it the server, whose number is 0 then, or a client. */
export function countFederated(protocol: FederatedLearning, server: number, epochs: number): LearningCounts {
  return server === 0 ? countServer(protocol, epochs) : countClient(protocol, epochs)
}

function countServer(protocol: FederatedLearning, epochs: number): LearningCounts {
  const { used, late } = protocol.counters
  const own = protocol.trainings[0]
  return { modelsIn: used + late - own, modelsOut: protocol.traffic.sent[0], ...trained(protocol, epochs) }
}

function countClient(protocol: FederatedLearning, epochs: number): LearningCounts {
  const models = protocol.trainings[0]
  const lost = protocol.hasLostServer(0) ? ({ serverLost: true } as const) : {}
  return { modelsIn: models, modelsOut: models, ...trained(protocol, epochs), ...lost }
}

function trained(protocol: FederatedLearning, epochs: number): Pick<LearningCounts, 'passes' | 'steps' | 'round'> {
  return { passes: epochs * protocol.trainings[0], steps: protocol.steps[0], round: protocol.round(0) }
}
