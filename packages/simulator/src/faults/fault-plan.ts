import type { Attack } from './byzantine/attack.ts'

/**
 * What goes wrong in a run, in the words of an experiment: plain values that survive JSON. A plan does not name peers: with a
 * number of peers and a seed it becomes options of a simulation ({@link simulateFaults}), the same for any number of workers.
 * Times are virtual milliseconds since the start; a share of peers is drawn once for each item, exactly rounded.
 */
export interface FaultPlan {
  /**
   * The probability that a message is lost, in [0, 0.3].
   *
   * @defaultValue 0
   */
  readonly loss?: number
  /**
   * Messages that arrive a second time, up to `delayMs` later.
   *
   * @defaultValue none
   */
  readonly duplication?: LateMessages
  /**
   * Messages that come again long after: exponentially distributed times with the mean `delayMs`.
   *
   * @defaultValue none
   */
  readonly replay?: LateMessages
  /**
   * Messages that are held back for up to `delayMs`, so that later ones overtake them.
   *
   * @defaultValue none
   */
  readonly reordering?: LateMessages
  /** Links that are slow for a while. @defaultValue none */
  readonly cloggedLinks?: readonly CloggedLinksFault[]
  /** Peers that are cut off from the others. @defaultValue none */
  readonly partitions?: readonly PartitionFault[]
  /** Peers that go down. @defaultValue none */
  readonly crashes?: readonly CrashFault[]
  /** Peers that stand still: see {@link Pause}. @defaultValue none */
  readonly pauses?: readonly PauseFault[]
  /** Clocks that are wrong. @defaultValue none */
  readonly clockSkew?: ClockSkewFault
  /** Peers that lie about models. @defaultValue none */
  readonly byzantine?: ByzantineFault
}

/** Messages to which something happens. */
export interface LateMessages {
  /** The probability that it happens to a message, in [0, 0.5]. */
  readonly share: number
  /** ≥ 0. */
  readonly delayMs: number
}

/** An interval that begins at `fromMs` ≥ 0. */
export interface FaultInterval {
  readonly fromMs: number
  /**
   * When it is over, > `fromMs`.
   *
   * @defaultValue never
   */
  readonly untilMs?: number
}

/** Links that are slow. */
export interface CloggedLinksFault extends FaultInterval {
  /** Share of the directed links, in [0, 1]. */
  readonly share: number
  /** What a message on such a link takes besides, ≥ 0. */
  readonly delayMs: number
}

/** A cut between a share of the peers and the others. */
export interface PartitionFault extends FaultInterval {
  /** Share of the peers, in [0, 1]. */
  readonly share: number
  /**
   * What is lost: all that crosses the cut, or only what leaves, or only what enters, the share.
   *
   * @defaultValue 'both'
   */
  readonly direction?: 'both' | 'leaving' | 'entering'
}

/** Peers that crash at `fromMs` and are restarted at `untilMs`. */
export interface CrashFault extends FaultInterval {
  /** Share of the peers, in [0, 1]. */
  readonly share: number
  /**
   * The probability that a peer is restarted without its state, in [0, 1].
   *
   * @defaultValue 0
   */
  readonly stateLoss?: number
}

/** Peers that stand still. */
export interface PauseFault extends FaultInterval {
  /** Share of the peers, in [0, 1]. */
  readonly share: number
}

/** Clocks of all peers. */
export interface ClockSkewFault {
  /** Clocks run by a factor in [1 − rate, 1 + rate] of virtual time, in [0, 0.5]. */
  readonly rate: number
  /**
   * They are ahead by up to so much at the start, ≥ 0.
   *
   * @defaultValue 0
   */
  readonly offsetMs?: number
}

/** Peers that lie. */
export interface ByzantineFault {
  /** Share of the peers, in [0, 0.5]. */
  readonly share: number
  readonly attack: Attack
}

/** The largest values that a plan may have. */
export const FaultLimit = {
  lossMax: 0.3,
  lateShareMax: 0.5,
  clockRateMax: 0.5,
  byzantineShareMax: 0.5,
} as const
