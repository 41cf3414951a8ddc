import type { Archive } from '@hearsay/core'
import type { ModelShape } from '@hearsay/learning'

/** What a client does with the global model: it trains a copy of it on its own shard, and says what it would change. */
export interface LocalTraining {
  readonly shape: ModelShape

  /** Offset of the model that all peers begin with. Absent where that is a row of zeros. */
  readonly initial?: number | undefined

  /**
   * @param peer - The hosted peer whose shard is used.
   * @param model - The global model; it is only read.
   * @param age - Its age: rows that it has been trained on.
   * @param update - Where what the client would add to the model is written.
   * @returns The rows that were trained on, each as often as it was: 0 where the peer has none.
   */
  train(peer: number, model: number, age: number, update: number): number

  /** Puts what is kept for `peer` back as it was at first. Absent where nothing is kept. */
  forget?(peer: number): void

  /** As {@link Protocol.persist}. Absent where nothing is kept. */
  persist?(archive: Archive): void
}
