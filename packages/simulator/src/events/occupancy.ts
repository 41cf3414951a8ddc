/** Ticks of a block: the unit in which far events come near. A power of two. */
export const BLOCK = 4096
/** Slots of a ring: one per tick of the current block and of the next. */
export const RING: number = 2 * BLOCK
export const RING_MASK: number = RING - 1

const WORDS = RING / 32

/** Which slots of the rings hold events: one bit per slot, so that idle time costs next to nothing. */
export class Occupancy {
  readonly #bits = new Int32Array(WORDS)

  add(slot: number): void {
    this.#bits[slot >> 5] |= 1 << slot
  }

  has(slot: number): boolean {
    return (this.#bits[slot >> 5] & (1 << slot)) !== 0
  }

  remove(slot: number): void {
    this.#bits[slot >> 5] &= ~(1 << slot)
  }

  /** Ticks from slot `from` to the next one that is occupied, itself included and going round; {@link RING} for none. */
  distance(from: number): number {
    const bits = this.#bits
    const first = from >> 5
    const ahead = bits[first] >>> (from & 31)
    if (ahead !== 0) return lowestBit(ahead)
    for (let step = 1; step <= WORDS; step++) {
      const word = bits[(first + step) & (WORDS - 1)]
      // Coming back to the first word, only its bits below `from` are left: the others are zero.
      if (word !== 0) return step * 32 - (from & 31) + lowestBit(word)
    }
    return RING
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}
