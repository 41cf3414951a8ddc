/** The bits that are set in a word. */
export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** The bit, alone in a word, that has `ordinal` set bits below it; 0 ≤ ordinal < {@link countBits}. */
export function selectBit(word: number, ordinal: number): number {
  let rest = word
  for (let i = 0; i < ordinal; i++) rest &= rest - 1
  return rest & -rest
}

/** Elements of the set in `length` words from `offset`. */
export function sizeOf(words: Int32Array, offset: number, length: number): number {
  let size = 0
  for (let i = offset; i < offset + length; i++) size += countBits(words[i])
  return size
}

/** Whether `element` is in the set that starts at `offset`. */
export function contains(words: Int32Array, offset: number, element: number): boolean {
  return ((words[offset + (element >> 5)] >>> (element & 31)) & 1) === 1
}

/** Puts `element` into the set that starts at `offset`. */
export function insert(words: Int32Array, offset: number, element: number): void {
  words[offset + (element >> 5)] |= 1 << (element & 31)
}

/** Words of a set over `universe` elements. */
export function wordsOf(universe: number): number {
  return (universe + 31) >> 5
}
