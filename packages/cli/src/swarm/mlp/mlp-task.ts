import type { BackendName, MlpOptions } from '@hearsay/tfjs'

/** The network that the peers of a swarm train. */
export interface MlpTask {
  readonly options: MlpOptions
  readonly backend: BackendName | 'auto'
}

/** How people write it: its layers, from the features to the classes. */
export function mlpName({ features, hidden, classes }: MlpOptions): string {
  return `mlp ${[features, ...hidden, classes].join('-')}`
}
