import { alignWords } from '@hearsay/core'
import { assertCapacity, memoryFull, WORDS_MAX } from './capacity.ts'
import { GrowingMemory } from './growing-memory.ts'

/** A memory over a plain ArrayBuffer. A growth detaches the old views, as that of a WebAssembly memory does. */
export class BufferMemory extends GrowingMemory {
  #buffer: ArrayBuffer

  /**
   * @param initialWords - Words to begin with, ≥ 4.
   * @param maximumWords - Words that it may grow to, `initialWords` … {@link WORDS_MAX}.
   * @throws UsageError `MEMORY_SIZE_INVALID`; EnvironmentError `MEMORY_FULL`.
   */
  constructor(initialWords: number, maximumWords: number = WORDS_MAX) {
    const buffer = newBuffer(initialWords, maximumWords)
    super(buffer, maximumWords)
    this.#buffer = buffer
  }

  protected override grown(words: number): ArrayBuffer | undefined {
    try {
      this.#buffer = this.#buffer.transfer(words * 4)
      return this.#buffer
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
