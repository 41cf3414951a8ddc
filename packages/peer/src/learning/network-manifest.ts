import { ConfigurationError, RemoteError } from '@hearsay/core'
import { FULL_EXCHANGE } from '@hearsay/protocols'
import { z } from 'zod'
import type { RunManifest } from '../manifest.ts'
import type { ManifestFederated } from './federated-settings.ts'
import type { ManifestNetwork, PeerNetwork } from './network.ts'

/** The largest network: 256 MiB as float32. */
export const PARAMETERS_MAX: number = 2 ** 26
const LAYERS_MAX = 2048
const LAYER_CHARACTERS_MAX = 8192
/** An update is one task of a peer's training thread: what a stranger's manifest can ask of it is bounded. */
const EPOCHS_MAX = 1000

export const networkSchema: z.ZodType<ManifestNetwork> = z.strictObject({
  layers: z.array(z.string().min(1).max(LAYER_CHARACTERS_MAX)).min(1).max(LAYERS_MAX),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  parameters: z.int().min(1).max(PARAMETERS_MAX),
  epochs: z.int().min(1).max(EPOCHS_MAX),
  initialSeed: z.int().min(0),
})

/** Why what is valid by itself does not go with a network. */
export function networkProblem({ model, hyperparameters, federated }: RunManifest): string | undefined {
  if ((model.kind === 'network') !== (model.network !== undefined)) return 'a model has layers where it is a network'
  if (model.network === undefined) return undefined
  if (federated !== undefined) return federatedNetworkProblem(federated, model.network.epochs)
  const { creation, mergeWith, exchange = FULL_EXCHANGE } = hyperparameters
  if (creation === 'UM') return 'a network is created by MU or RW: one training for each model received'
  if (mergeWith !== 'current') return 'a network is merged with the current one'
  if (exchange.kind !== 'full') return 'a network is sent whole'
  return model.bias ? 'a network has the biases that its layers have' : undefined
}

/** Why a network does not learn by a federated method. */
function federatedNetworkProblem({ algorithm }: ManifestFederated, epochs: number): string | undefined {
  if (algorithm.kind === 'fedsgd') {
    return 'a network does not learn by fedsgd, whose server takes the steps: those of a network are of each client’s own optimiser'
  }
  return (algorithm.epochs ?? epochs) === epochs ? undefined : `a network of ${epochs} epochs is trained for as many`
}

/**
 * Holds a peer's own network against that of the run.
 *
 * @throws {@link ConfigurationError} `NETWORK_MISSING`, `NETWORK_UNUSED` where there is one only on one side; {@link RemoteError}
 *   `MODEL_SCHEMA`, with both hashes and the first layer that differs.
 */
export function assertSameNetwork({ runId, model }: RunManifest, own: PeerNetwork | undefined): void {
  const { network } = model
  if (network === undefined && own === undefined) return
  if (network === undefined) {
    throw new ConfigurationError(
      'NETWORK_UNUSED',
      `the run ${runId} learns a linear model (${model.kind}): leave yours out`,
    )
  }
  if (own === undefined) {
    throw new ConfigurationError(
      'NETWORK_MISSING',
      `the run ${runId} trains a network of ${network.layers.length} layers: give it`,
    )
  }
  own.assertSame(network)
  if (own.parameters === network.parameters) return
  throw new RemoteError(
    'MODEL_SCHEMA',
    `the run's network claims ${network.parameters} weights, and has ${own.parameters}`,
  )
}
