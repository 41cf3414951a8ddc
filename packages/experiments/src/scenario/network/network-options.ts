import type { QuantileDelay, TransferRate, ValueDelay } from '@hearsay/simulator'

/** A distribution of message delays in cycles, each number ≥ 0. */
export type CycleDelay =
  | { readonly kind: 'constant'; readonly cycles: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly sd: number }
  /** median > 0, sigma in [0, 10]. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number }
  /** `mean` includes `min` ≤ mean. */
  | { readonly kind: 'exponential'; readonly mean: number; readonly min: number }
  /** Measured, in virtual milliseconds. */
  | { readonly kind: 'table'; readonly table: QuantileDelay | ValueDelay }

/** Loss in bursts that hit all that a peer sends. */
export interface BurstLoss {
  /** Share of the messages in (0, 1) that is lost in the long run. */
  readonly rate: number
  /** Mean length of a burst in cycles, > 0. */
  readonly cycles: number
}

/** Messages that are sent twice. */
export interface Duplicates {
  /** In [0, 1]. */
  readonly probability: number
  /** How much later the copy is sent on average, in cycles ≥ 0; exponentially distributed. */
  readonly cycles: number
}

/** Messages that are held back. */
export interface HeldBack {
  /** In [0, 1]. */
  readonly probability: number
  /** For how long at most, in cycles ≥ 0; uniformly distributed. */
  readonly cycles: number
}

/** Access links, in bytes per second of virtual time. */
export interface AccessLinks {
  readonly upload: TransferRate
  readonly download: TransferRate
}

/** Stable latencies from where peers are. */
export interface Latencies {
  /** Side of the square in which peers are placed, in cycles ≥ 0. */
  readonly side: number
  /** Median of the latency of a peer's access, paid at both ends, in cycles ≥ 0. */
  readonly access: number
}

/** A cut between a share of the peers and the rest. */
export interface Cut {
  /** Cycles, 0 ≤ from < until. */
  readonly from: number
  readonly until: number
  /** Share of the peers in [0, 1]. */
  readonly share: number
  /** What is lost, as the share sees it. */
  readonly direction: 'both' | 'leaving' | 'entering'
}

/** Peers that others cannot reach unasked. */
export interface Translated {
  /** Share of the peers in [0, 1]. */
  readonly share: number
  /**
   * How long an address translator lets a peer's messages in after the last message to it, in cycles > 0.
   *
   * @defaultValue 300 s of virtual time
   */
  readonly timeout?: number
}

/** What happens to messages on their way. All of it adds up. */
export interface NetworkOptions {
  readonly delay: CycleDelay
  /** The probability in [0, 1] that a message is lost, or bursts. */
  readonly loss: number | BurstLoss
  readonly duplicate?: Duplicates | undefined
  readonly reorder?: HeldBack | undefined
  /** Access links with queues. */
  readonly bandwidth?: AccessLinks | undefined
  /** Cycles > 0 that a whole float32 model takes from peer to peer; what is shorter takes less. No queues. */
  readonly transferCycles?: number | undefined
  /**
   * Bytes of a message besides its words of four bytes each, ≥ 0: what frames and headers take on the wire. Papers leave them out.
   *
   * @defaultValue 64
   */
  readonly headerBytes?: number | undefined
  readonly latency?: Latencies | undefined
  readonly partition?: readonly Cut[] | undefined
  readonly nat?: Translated | undefined
}
