import type { Persistent, Random } from '@hearsay/core'

/** A message with this delay never arrives. */
export const LOST = -1

/**
 * What happens to messages between peers. A model may have state, under one rule that makes it independent of how the
 * events of different peers interleave: `transfer` and `duplicate` read and write only what belongs to the sender,
 * `receive` only what belongs to the receiver. Times are virtual milliseconds; a peer's calls come in the order of time.
 */
export interface NetworkModel extends Partial<Persistent> {
  /**
   * A lower bound of the delay of every message that arrives, in milliseconds, ≥ 0: no effect travels faster.
   *
   * @defaultValue 0
   */
  readonly minimumDelayMs?: number

  /**
   * The delay of one message in milliseconds, ≥ `minimumDelayMs`, or {@link LOST}.
   *
   * @param random - The sender's own stream of network randomness.
   * @param words - Words of payload.
   * @param nowMs - When it is sent.
   */
  transfer(random: Random, from: number, to: number, words: number, nowMs: number): number

  /**
   * The delay of one more copy of the message that `transfer` has just been asked about, lost or not, or {@link LOST} for
   * no more copies. Asked until it answers so.
   */
  duplicate?(random: Random, from: number, to: number, words: number, nowMs: number): number

  /**
   * What happens to a message at its receiver's end of the network: the milliseconds ≥ 0 until it is through, or
   * {@link LOST}.
   *
   * @param random - The receiver's own stream of network randomness.
   * @param nowMs - When it arrives there.
   */
  receive?(random: Random, from: number, to: number, words: number, nowMs: number): number
}
