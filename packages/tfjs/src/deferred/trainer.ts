import type { Archive } from '@hearsay/core'

/**
 * Trains models of hosted peers while their host goes on: in virtual time, or on another thread. At most one model of each peer at
 * a time. A model is named by its offset in the host's memory.
 */
export interface Trainer {
  /**
   * Begins to train the model at `model`, of age `age`, on the rows of `peer`. The words there are not touched by anybody else until
   * the result is taken. What was begun for the peer before is given up.
   *
   * @returns Milliseconds after which to ask for the result.
   */
  begin(peer: number, model: number, age: number): number

  /**
   * Takes the result: writes the trained words to `model`, if they are not there yet.
   *
   * @returns The new age; `undefined` where it is not ready: ask again after {@link retryMs}.
   * @throws What made the training fail. There is nothing to ask for any more then.
   */
  result(peer: number, model: number): number | undefined

  /** Milliseconds until a result that was not ready is asked for again, > 0. */
  readonly retryMs: number

  /** Gives up what was begun for a peer, if anything. */
  cancel(peer: number): void

  /** As {@link Protocol.persist}. Absent where what is under way cannot be saved. */
  persist?(archive: Archive): void
}
