import type { Message, Persistent, Random } from '@hearsay/core'

/** How updates travel, and how the server takes their mean. */
export interface UpdateExchange extends Persistent {
  /** Words of payload of an update. */
  readonly words: number
  /** The seed of the next update's subset of weights: 0 where there are no subsets. */
  drawSeed(random: Random): number
  /** Offset of the payload that says an update; valid until the next call. */
  encode(update: number, seed: number): number
  /** Adds a received update to the mean. */
  receive(message: Message): void
  /** Adds an update that did not travel to the mean. `rows` > 0. */
  add(update: number, rows: number): void
  /** Offset of the mean of what has been added, weighted by rows; 0 in each weight that nobody has sent. */
  mean(): number
  /** Starts a new mean. */
  clear(): void
}
