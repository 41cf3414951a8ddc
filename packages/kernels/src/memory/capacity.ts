import { EnvironmentError, UsageError } from '@hearsay/core'

/** Words at the start of a memory that are never handed out, so that offset 0 can mean "none". */
export const RESERVED_WORDS = 4

/** Words of one WebAssembly page of 64 KiB. */
export const WORDS_PER_PAGE = 16384

/** The most that a memory can hold: 4 GiB less one page, so that the address of a vector's end fits 32 bits. */
export const WORDS_MAX: number = 2 ** 30 - WORDS_PER_PAGE

/** @throws UsageError `MEMORY_SIZE_INVALID` unless both are integers and 4 ≤ initial ≤ maximum ≤ {@link WORDS_MAX}. */
export function assertCapacity(initialWords: number, maximumWords: number): void {
  const integers = Number.isInteger(initialWords) && Number.isInteger(maximumWords)
  if (!integers || initialWords < RESERVED_WORDS || maximumWords < initialWords || maximumWords > WORDS_MAX) {
    throw new UsageError(
      'MEMORY_SIZE_INVALID',
      `a memory of ${initialWords} words that may grow to ${maximumWords}: both must be integers with ` +
        `${RESERVED_WORDS} ≤ initial ≤ maximum ≤ ${WORDS_MAX}`,
    )
  }
}

/** @throws UsageError `MEMORY_WORDS_INVALID` unless `words` is an integer ≥ 0. */
export function assertWords(words: number): void {
  if (!Number.isInteger(words) || words < 0) {
    throw new UsageError('MEMORY_WORDS_INVALID', `cannot allocate ${words} words: give an integer ≥ 0`)
  }
}

/** Doubles, so that the cost of growing is constant per word in the long run; more where more is needed. */
export function wordsAfterGrowth(words: number, wordsNeeded: number, wordsMax: number): number {
  return Math.max(wordsNeeded, Math.min(words * 2, wordsMax))
}

export function memoryFull(words: number, used: number, capacity: number, cause?: unknown): EnvironmentError {
  return new EnvironmentError(
    'MEMORY_FULL',
    `no room for ${words} more words: ${used} of at most ${capacity} are in use; run fewer peers, a smaller model, ` +
      'or raise maximumWords',
    { cause },
  )
}
