import { ConfigurationError } from '@hearsay/core'
import type { NetworkSource, PeerNetwork, RunManifest } from '@hearsay/peer'
import type { BackendName } from '@hearsay/tfjs'
import type { MlpTask } from '../swarm/mlp/mlp-task.ts'

/** Loads TensorFlow.js. Throws as `tfjsNetwork` does. */
export async function openMlp({ options, backend }: MlpTask): Promise<PeerNetwork> {
  const { mlpModule, tfjsNetwork } = await import('@hearsay/tfjs/worker')
  return await tfjsNetwork({ module: mlpModule, argument: options, backend })
}

/** The network of a run that is joined, made after what its manifest says: a multilayer perceptron, or none. */
export function networkOfRun(backend: BackendName | 'auto'): NetworkSource {
  return {
    async load(manifest) {
      if (manifest.model.network === undefined) return undefined
      return await openMlp({ options: mlpOf(manifest), backend })
    },
  }
}

/**
 * The perceptron whose schema a manifest holds. That it is the same one is found out by whoever compares their hashes.
 *
 * @throws {@link ConfigurationError} `NETWORK_UNKNOWN` where it is something else.
 */
function mlpOf({ runId, model: { network, features, classNames }, hyperparameters }: RunManifest): MlpTask['options'] {
  const units = (network?.layers ?? []).map((line) =>
    Number(/^\d+ Dense; \{[^{}]*"units":(\d{1,5})[,}]/.exec(line)?.[1]),
  )
  const sizes = [features, ...units]
  const parameters = units.reduce((sum, count, layer) => sum + (sizes[layer] + 1) * count, 0)
  if (units.at(-1) !== classNames.length || parameters !== network?.parameters) {
    throw new ConfigurationError(
      'NETWORK_UNKNOWN',
      `the run ${runId} trains a network that is no multilayer perceptron: join it from a program, with its model`,
    )
  }
  const { eta } = hyperparameters
  return { features, hidden: units.slice(0, -1), classes: classNames.length, ...(eta === undefined ? {} : { eta }) }
}

/** How people write a network: its layers, from the features to the classes. */
export function networkName({ model }: RunManifest): string {
  if (model.network === undefined) return model.kind
  const units = model.network.layers.map((line) => /"units":(\d+)/.exec(line)?.[1] ?? '?')
  return `mlp ${[model.features, ...units].join('-')}`
}
