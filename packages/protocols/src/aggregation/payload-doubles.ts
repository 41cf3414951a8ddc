import type { Memory } from '@hearsay/core'

/**
 * Float64 numbers in the 32-bit words of a payload, two words each, the low one first. Messages pass through one buffer: no
 * allocation, and no alignment to ask of the host's memory.
 */
export class PayloadDoubles {
  readonly doubles: Float64Array
  readonly #words: Int32Array

  /** @param capacity - Numbers of the longest payload. */
  constructor(capacity: number) {
    this.doubles = new Float64Array(capacity)
    this.#words = new Int32Array(this.doubles.buffer)
  }

  /** Reads `count` numbers from the words at `offset`. Returns whether all of them are finite. */
  read(memory: Memory, offset: number, count: number): boolean {
    const { int32 } = memory
    for (let word = 0; word < 2 * count; word++) this.#words[word] = int32[offset + word]
    for (let i = 0; i < count; i++) if (!Number.isFinite(this.doubles[i])) return false
    return true
  }

  /** Writes the first `count` numbers to the words at `offset`. */
  write(memory: Memory, offset: number, count: number): void {
    const { int32 } = memory
    for (let word = 0; word < 2 * count; word++) int32[offset + word] = this.#words[word]
  }
}
