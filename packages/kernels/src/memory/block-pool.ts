import type { Archive, Memory, Persistent } from '@hearsay/core'
import { WORDS_MAX } from './capacity.ts'

const WORDS_PER_UNIT = 4
const SIZE_CLASSES = 112

/**
 * Blocks of words that come and go, such as the payloads of messages in flight. Released blocks are kept in free lists
 * by size class, linked through their own first word; in steady state nothing is allocated. There are four size classes
 * to an octave, so a block of more than 32 words is at most a quarter larger than asked for.
 */
export class BlockPool implements Persistent {
  readonly #memory: Memory
  /** Offset of the first free block of each size class, 0 where there is none. */
  readonly #heads = new Int32Array(SIZE_CLASSES)
  #inUse = 0

  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** Number of blocks acquired and not yet released. */
  get inUse(): number {
    return this.#inUse
  }

  /**
   * A block of at least `words` words, aligned to four words. Its contents are arbitrary: whoever keeps a vector in it
   * writes the zeros behind it too. May grow the memory, and so replace the memory's views.
   *
   * @param words - An integer ≥ 0.
   * @returns The block's offset; 0, which is no block, where `words` is 0.
   * @throws UsageError `MEMORY_WORDS_INVALID`; EnvironmentError `MEMORY_FULL`.
   */
  acquire(words: number): number {
    if (words === 0) return 0
    // `allocate` knows how to refuse what is not a count of words, or too many of them.
    if (!Number.isInteger(words) || words < 0 || words > WORDS_MAX) return this.#memory.allocate(words)
    const shift = sizeShift(words)
    const steps = sizeSteps(words, shift)
    const sizeClass = (shift << 2) + steps
    let offset = this.#heads[sizeClass]
    if (offset === 0) offset = this.#memory.allocate(((steps + 1) << shift) * WORDS_PER_UNIT)
    else this.#heads[sizeClass] = this.#memory.int32[offset]
    this.#inUse++
    return offset
  }

  /**
   * Gives a block back.
   *
   * @param offset - What `acquire` returned; 0 is ignored.
   * @param words - What `acquire` was given.
   */
  release(offset: number, words: number): void {
    if (offset === 0) return
    const shift = sizeShift(words)
    const sizeClass = (shift << 2) + sizeSteps(words, shift)
    this.#memory.int32[offset] = this.#heads[sizeClass]
    this.#heads[sizeClass] = offset
    this.#inUse--
  }

  /** The blocks themselves are in the memory. */
  persist(archive: Archive): void {
    archive.array(this.#heads)
    this.#inUse = archive.number(this.#inUse)
  }
}

/** log₂ of the distance, in units, between the sizes around `words`. */
function sizeShift(words: number): number {
  return Math.max(0, 29 - Math.clz32((words - 1) >>> 2))
}

/** The size in those distances, less one. */
function sizeSteps(words: number, shift: number): number {
  return ((words - 1) >>> 2) >>> shift
}
