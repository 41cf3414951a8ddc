import type { Archive } from '@hearsay/core'

/** What the server does with the mean of the clients' updates. */
export interface ServerRule {
  /**
   * Changes the global model in place.
   *
   * @param model - Offset of the global model.
   * @param mean - Offset of the mean update, weighted by rows. It may be overwritten.
   * @param age - Age of the model.
   * @param rows - Mean number of rows that an update was trained on, a whole number.
   * @returns The model's new age.
   */
  apply(model: number, mean: number, age: number, rows: number): number

  /** Puts what is kept between rounds back as it was at first. Absent where nothing is kept. */
  forget?(): void

  /** As {@link Protocol.persist}. Absent where nothing is kept. */
  persist?(archive: Archive): void
}
