/**
 * One block of 32-bit words that holds everything of a host that is large: models, shards, views, payloads. What lives
 * there is named by its offset in words, not by an object, so that a population of a million needs no million objects
 * and a kernel can work on any of it without a copy.
 */
export interface Memory {
  /**
   * All words as float32. A later `allocate` may replace it by a longer one: read the property when you need it and
   * never keep it across an allocation.
   */
  readonly float32: Float32Array
  /** The same words as signed integers. As short-lived as `float32`. */
  readonly int32: Int32Array
  /**
   * Reserves `words` words, set to zero, aligned to four words (one SIMD vector).
   *
   * @returns The offset of the first word.
   * @throws {@link UsageError} when `words` is not an integer ≥ 0; {@link EnvironmentError} when the memory is full.
   */
  allocate(words: number): number
}

/** `words` rounded up to a whole number of SIMD vectors of four words. */
export function alignWords(words: number): number {
  return (words + 3) & ~3
}
