import { alignWords, type Archive, ConfigurationError, type Memory, type Persistent } from '@hearsay/core'
import { assertWords, memoryFull, RESERVED_WORDS, wordsAfterGrowth } from './capacity.ts'

/**
 * What both kinds of {@link Memory} have in common: words are handed out from the front and never taken back, and a
 * growth at least doubles, so that its cost is spread. Where the buffer comes from is up to the class below.
 */
export abstract class GrowingMemory implements Memory, Persistent {
  readonly #wordsMax: number
  #float32: Float32Array
  #int32: Int32Array
  #used = RESERVED_WORDS

  /** @param maximumWords - Words that the memory may grow to. */
  constructor(buffer: ArrayBuffer, maximumWords: number) {
    // Every offset is a multiple of four words.
    this.#wordsMax = maximumWords & ~3
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

  /** What was handed out after the saved run began is handed out again: its offsets are in what others save. */
  persist(archive: Archive): void {
    const used = archive.number(this.#used)
    if (archive.restoring) this.#restoreUsed(used)
    archive.array(this.#int32.subarray(0, used))
  }

  /** The contents in a buffer of `words` words or a little more, or `undefined` when the machine has no room for it. */
  protected abstract grown(words: number): ArrayBuffer | undefined

  #restoreUsed(used: number): void {
    if (!(used >= this.#used && used <= this.#wordsMax && used % 4 === 0)) {
      const problem = `a memory with ${used} words in use cannot become one with ${this.#used}`
      throw new ConfigurationError('CHECKPOINT', `what was saved does not fit this run: ${problem}`)
    }
    if (used > this.#float32.length) this.#grow(used)
    this.#used = used
  }

  #grow(wordsNeeded: number): void {
    const words = this.#float32.length
    const buffer = this.grown(wordsAfterGrowth(words, wordsNeeded, this.#wordsMax)) ?? this.grown(wordsNeeded)
    if (buffer === undefined) throw memoryFull(wordsNeeded - this.#used, this.#used, words)
    this.#float32 = new Float32Array(buffer)
    this.#int32 = new Int32Array(buffer)
  }
}
