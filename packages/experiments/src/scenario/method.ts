import type { FederatedAlgorithm, FederatedFormat } from '@hearsay/federated'

/** How a scenario learns: gossip learning, or one of its contestants. Plain JSON values. */
export type Method = GossipMethod | FederatedMethod | IsolatedMethod | CentralisedMethod

export const METHODS: readonly Method['kind'][] = [
  'gossip',
  'fedavg',
  'fedsgd',
  'fedprox',
  'fedadam',
  'fedyogi',
  'fedadagrad',
  'isolated',
  'centralised',
]

/**
 * Peers send each other models, over the overlay. How they do is said by options of the scenario that no other method looks
 * at: `overlay`, `degree`, `viewSize`, `mergeWith`, `flow`, `exchange`, `weights`, `votes`, and of the learner `creation`,
 * `merge`, `mergeGap`, `ageRule` and `mergeShareMax`.
 */
export interface GossipMethod {
  readonly kind: 'gossip'
}

/** Every peer trains its own model on its own rows, one update in each of its periods, and tells nobody. */
export interface IsolatedMethod {
  readonly kind: 'isolated'
}

/**
 * One model on the rows of all peers together, in random order, as if they could be brought together. It makes one pass a
 * cycle: as many gradient steps as all peers make together when each receives one model a cycle. It is the model of every peer,
 * trained by peer 0, which is always online.
 */
export interface CentralisedMethod {
  readonly kind: 'centralised'
}

/**
 * A server and its clients. The algorithm with its own options, and how rounds go. Training takes no time, as in gossip learning;
 * but a client whose period is a factor f > 1 longer than Δ answers (f − 1)·Δ later.
 */
export type FederatedMethod = FederatedAlgorithm & FederatedRounds

/** How rounds go. Lengths of time are in cycles. */
export interface FederatedRounds extends FederatedFormat {
  /**
   * C in (0, 1]: the share of the clients that each round asks.
   *
   * @defaultValue 1
   */
  readonly fraction?: number | undefined
  /**
   * The shortest round, > 0: the server looks once in this time whether all have answered. What arrives at the very end of a
   * round still counts: in a simulation a round takes a millisecond more.
   *
   * @defaultValue two transfers of a whole model, and 2 cycles at least: see `roundCycles`. Where delays have no upper bound
   *   (lognormal, exponential, table, latency, bandwidth) it has to be given.
   */
  readonly round?: number | undefined
  /**
   * When the first round begins, > 0: peers that have told the server by then that they are there take part. Papers that know all
   * clients from the start begin at once.
   *
   * @defaultValue `round`
   */
  readonly opening?: number | undefined
  /**
   * The longest round, ≥ `round`; rounded up to a multiple of it. Then the server goes on with the updates that it has.
   *
   * @defaultValue `round`; where peers have different `speeds` it has to be given: how long are slow ones waited for?
   */
  readonly deadline?: number | undefined
  /**
   * The fewest updates that change the model, an integer ≥ 1.
   *
   * @defaultValue 1
   */
  readonly updatesMin?: number | undefined
  /**
   * How often a client that is not asked tells the server that it is there, > 0.
   *
   * @defaultValue the deadline
   */
  readonly checkIn?: number | undefined
  /**
   * The peer that is the server too, 0 … peers − 1.
   *
   * @defaultValue 0
   */
  readonly server?: number | undefined
  /**
   * Whether the server trains on the rows that it holds as a peer, at no traffic, so that all contestants learn from the same
   * rows.
   *
   * @defaultValue true
   */
  readonly serverTrains?: boolean | undefined
  /**
   * Whether the server is spared by churn, crashes and address translators, as if it stood in a data centre: the baseline is
   * not handicapped by what befalls the peers.
   *
   * @defaultValue true
   */
  readonly serverOnline?: boolean | undefined
  /**
   * What a peer predicts with, and is measured by: the `global` model, as if the server's were at hand everywhere, which is what
   * papers plot; or the last model that the peer has `received`.
   *
   * @defaultValue 'global'
   */
  readonly predicts?: 'global' | 'received' | undefined
}
