/** How peers come and go. */
export type Churn =
  /** Sessions of exponential length with this mean in cycles > 0; a share in (0, 1] is online. */
  | { readonly kind: 'exponential'; readonly mean: number; readonly online: number }
  /** Sessions of lognormal length in cycles: median > 0, sigma in [0, 10]. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number; readonly online: number }
  /** Synthetic phones, in virtual time as if it were real. */
  | { readonly kind: 'smartphone' }
  /** Recorded sessions, played once or again and again. */
  | { readonly kind: 'trace'; readonly trace: RecordedSessions; readonly isLoop: boolean }

/** A `SessionTrace` of the simulator, or the same with plain lists of numbers, which survive JSON. */
export interface RecordedSessions {
  /** Peers of the recording. */
  readonly peers: number
  /** Sessions of peer p are starts[p] … starts[p + 1] − 1. */
  readonly starts: ArrayLike<number>
  /** When each session begins and ends, in whole virtual milliseconds. */
  readonly onlineMs: ArrayLike<number>
  readonly offlineMs: ArrayLike<number>
}

/** A share of the peers that goes down at once. */
export interface Crash {
  /** Cycles ≥ 0. */
  readonly at: number
  /** When they are back, in cycles > at. Default: never. */
  readonly until?: number
  /** In [0, 1]. */
  readonly share: number
}

/** A population that grows. */
export interface Growth {
  /** Peers that are there from the start, 1 … peers: those with the lowest numbers. */
  readonly initial: number
  /** Peers that join per cycle on average, > 0, as a Poisson process. */
  readonly rate: number
  /** When the first one can join, in cycles ≥ 0. */
  readonly from: number
}

/** When peers are there. */
export interface ChurnOptions {
  /** @defaultValue every peer stays online */
  readonly churn?: Churn | undefined
  readonly crash?: readonly Crash[] | undefined
  readonly join?: Growth | undefined
  /**
   * The probability in [0, 1] that a peer that returns has lost its models.
   *
   * @defaultValue 0
   */
  readonly loseState?: number | undefined
  /**
   * Whether a message arrives only if both ends stay online for the whole transfer.
   *
   * @defaultValue false
   */
  readonly wholeTransfers?: boolean | undefined
  /**
   * Whose error counts: that of all peers, the absent ones with the models that they hold, or of those that are online.
   *
   * @defaultValue 'all'
   */
  readonly measure?: 'all' | 'online' | undefined
}
