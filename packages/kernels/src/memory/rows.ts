import { alignWords, type Memory, UsageError } from '@hearsay/core'

/** One row of `width` words per peer, side by side in a memory, zero at first: the models of a population, for example. */
export class Rows {
  /** Number of rows. */
  readonly count: number
  /** Words of a row that are in use. */
  readonly width: number
  /** Words from one row to the next: `width` rounded up to a multiple of four. */
  readonly stride: number
  readonly #first: number

  /**
   * @param count - Number of rows, an integer ≥ 0.
   * @param width - Words of a row, an integer ≥ 0.
   * @throws UsageError `ROWS_INVALID`; EnvironmentError `MEMORY_FULL`.
   */
  constructor(memory: Memory, count: number, width: number) {
    if (!Number.isInteger(count) || count < 0 || !Number.isInteger(width) || width < 0 || width > 2 ** 30) {
      throw new UsageError('ROWS_INVALID', `cannot hold ${count} rows of ${width} words: give integers ≥ 0`)
    }
    this.count = count
    this.width = width
    this.stride = alignWords(width)
    this.#first = memory.allocate(count * this.stride)
  }

  /** Offset of the first word of row `row`, 0 … count − 1: a multiple of four. */
  offset(row: number): number {
    return this.#first + row * this.stride
  }
}
