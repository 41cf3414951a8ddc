import { ConfigurationError } from '@hearsay/core'
import type { FederatedAlgorithm, FederatedFormat } from '@hearsay/federated'

/** A run of federated learning in place of gossip learning: the peer that launches it is the server. */
export interface FederatedSettings extends FederatedFormat {
  /** @defaultValue `{ kind: 'fedavg' }` */
  readonly algorithm?: FederatedAlgorithm
  /** C in (0, 1]: the share of the clients that each round asks. @defaultValue 1 */
  readonly fraction?: number
  /** The shortest round, in milliseconds: 1 … 86 400 000. @defaultValue two periods: a round takes two transfers */
  readonly roundMs?: number
  /**
   * The longest round, in milliseconds ≥ `roundMs`; rounded up to a multiple of it: how long the server waits for clients that
   * are slow. A client that misses it is not asked again before it is heard of.
   *
   * @defaultValue twice `roundMs`
   */
  readonly deadlineMs?: number
  /** The fewest updates that change the model: an integer in 1 … 10⁶. @defaultValue 1 */
  readonly updatesMin?: number
  /** Whether the server trains on its own rows, too. @defaultValue true */
  readonly serverTrains?: boolean
}

/** As in {@link FederatedSettings}, with nothing left open but the formats of messages. */
export interface ManifestFederated extends FederatedFormat {
  readonly algorithm: FederatedAlgorithm
  readonly fraction: number
  readonly roundMs: number
  readonly deadlineMs: number
  readonly updatesMin: number
  readonly serverTrains: boolean
}

/**
 * The settings with their defaults for a run of this period.
 *
 * @throws {@link ConfigurationError} `FEDERATED_DEADLINE` where a round would be over before it may end.
 */
export function completeFederated(settings: FederatedSettings, periodMs: number): ManifestFederated {
  const { algorithm = { kind: 'fedavg' }, fraction = 1, updatesMin = 1, serverTrains = true } = settings
  const { exchange, weights, modelWeights } = settings
  const roundMs = settings.roundMs ?? 2 * periodMs
  const { deadlineMs = 2 * roundMs } = settings
  if (deadlineMs < roundMs) {
    const problem = `a deadline of ${deadlineMs} ms is before the end of the shortest round, after ${roundMs} ms`
    throw new ConfigurationError('FEDERATED_DEADLINE', `${problem}: give a later deadline, or shorter rounds`)
  }
  return {
    ...{ algorithm: withoutGaps(algorithm), fraction, roundMs, deadlineMs },
    ...{ updatesMin, serverTrains },
    ...(exchange === undefined || exchange.kind === 'full' ? {} : { exchange }),
    ...(weights === undefined || weights === 'float32' ? {} : { weights }),
    ...(modelWeights === undefined || modelWeights === 'float32' ? {} : { modelWeights }),
  }
}

/** What is not said has no entry in a manifest. */
function withoutGaps(algorithm: FederatedAlgorithm): FederatedAlgorithm {
  return Object.fromEntries(Object.entries(algorithm).filter(([, value]) => value !== undefined)) as FederatedAlgorithm
}
