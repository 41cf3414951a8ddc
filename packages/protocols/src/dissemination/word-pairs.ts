const TWO_POW_32 = 2 ** 32

/** Writes a safe integer ≥ 0 as two words, the low one first. */
export function writePair(words: Int32Array, at: number, value: number): void {
  words[at] = value | 0
  words[at + 1] = Math.floor(value / TWO_POW_32)
}

/** Reads what {@link writePair} wrote; −1, which no honest sender writes, where that is not a safe integer ≥ 0. */
export function readPair(words: Int32Array, at: number): number {
  const high = words[at + 1]
  return high < 0 || high > 0x1fffff ? -1 : high * TWO_POW_32 + (words[at] >>> 0)
}

/** 32 well mixed bits of `hash` and `word`. */
export function mixWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word ^ (word >>> 15), 0x85ebca6b)
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) ^ (mixed >>> 16)
}

/** 32 well mixed bits of `hash` and a safe integer ≥ 0. */
export function mixNumber(hash: number, value: number): number {
  return mixWord(mixWord(hash, value | 0), Math.floor(value / TWO_POW_32))
}
