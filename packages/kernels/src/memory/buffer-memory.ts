import { alignWords, type Memory } from '@hearsay/core'
import { assertCapacity, assertWords, memoryFull, RESERVED_WORDS, WORDS_MAX, wordsAfterGrowth } from './capacity.ts'

/** A {@link Memory} over a plain ArrayBuffer. A growth detaches the old views, as that of a WebAssembly memory does. */
export class BufferMemory implements Memory {
  readonly #wordsMax: number
  #float32: Float32Array<ArrayBuffer>
  #int32: Int32Array<ArrayBuffer>
  #used = RESERVED_WORDS

  /**
   * @param initialWords - Words to begin with, ≥ 4.
   * @param maximumWords - Words that it may grow to, `initialWords` … {@link WORDS_MAX}.
   * @throws UsageError `MEMORY_SIZE_INVALID`; EnvironmentError `MEMORY_FULL`.
   */
  constructor(initialWords: number, maximumWords: number = WORDS_MAX) {
    // Every offset is a multiple of four words.
    this.#wordsMax = maximumWords & ~3
    const buffer = newBuffer(initialWords, maximumWords)
    this.#float32 = new Float32Array(buffer)
    this.#int32 = new Int32Array(buffer)
  }

  get float32(): Float32Array {
    return this.#float32
  }

  get int32(): Int32Array {
    return this.#int32
  }

  allocate(words: number): number {
    assertWords(words)
    const offset = this.#used
    if (words > this.#wordsMax - offset) throw memoryFull(words, offset, this.#wordsMax)
    const used = offset + alignWords(words)
    if (used > this.#float32.length) this.#grow(used)
    this.#used = used
    return offset
  }

  #grow(wordsNeeded: number): void {
    const words = this.#float32.length
    const buffer = this.#transfer(wordsAfterGrowth(words, wordsNeeded, this.#wordsMax)) ?? this.#transfer(wordsNeeded)
    if (buffer === undefined) throw memoryFull(wordsNeeded - this.#used, this.#used, words)
    this.#float32 = new Float32Array(buffer)
    this.#int32 = new Int32Array(buffer)
  }

  /** The buffer's contents in one of another length, or `undefined` when the machine has no room for it. */
  #transfer(words: number): ArrayBuffer | undefined {
    try {
      return this.#float32.buffer.transfer(words * 4)
    } catch {
      return undefined
    }
  }
}

function newBuffer(words: number, maximumWords: number): ArrayBuffer {
  assertCapacity(words, maximumWords)
  try {
    return new ArrayBuffer(alignWords(words) * 4)
  } catch (cause) {
    throw memoryFull(words, 0, words, cause)
  }
}
