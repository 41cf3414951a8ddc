import type { Persistent, Random } from '@hearsay/core'

/**
 * When peers are online. What is drawn for one peer depends on that peer's own stream and on time alone, never on what
 * other peers do. Times are virtual milliseconds.
 */
export interface Availability extends Partial<Persistent> {
  /** Whether `peer` is online when the run starts. Asked once for each peer, before anything else about it. */
  isOnlineAtStart(random: Random, peer: number): boolean

  /**
   * When `peer` goes offline (`online`) or comes online (`!online`) next: a time ≥ `nowMs`, or Infinity for never. Asked
   * at the start of the run and at each change, in the order of time.
   */
  nextChangeMs(random: Random, peer: number, nowMs: number, online: boolean): number

  /**
   * Whether `peer`, which comes online at `nowMs`, has lost its state meanwhile. Not asked where it is online for the
   * first time.
   *
   * @defaultValue never
   */
  isStateLost?(random: Random, peer: number, nowMs: number): boolean
}
