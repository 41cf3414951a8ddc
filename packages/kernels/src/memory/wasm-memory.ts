import { alignWords, type Memory } from '@hearsay/core'
import { requireWebAssembly } from '../wasm/kernels-module.ts'
import type { WebAssemblyMemory } from '../wasm/web-assembly.ts'
import {
  assertCapacity,
  assertWords,
  memoryFull,
  RESERVED_WORDS,
  WORDS_MAX,
  WORDS_PER_PAGE,
  wordsAfterGrowth,
} from './capacity.ts'

/** A {@link Memory} over a WebAssembly memory, in pages of 64 KiB. */
export class WasmMemory implements Memory {
  /** What a WebAssembly module imports. */
  readonly wasm: WebAssemblyMemory
  readonly #wordsMax: number
  #float32: Float32Array
  #int32: Int32Array
  #used = RESERVED_WORDS

  /**
   * @param initialWords - Words to begin with, ≥ 4, rounded up to whole pages.
   * @param maximumWords - Words that it may grow to, `initialWords` … {@link WORDS_MAX}.
   * @throws UsageError `MEMORY_SIZE_INVALID`; EnvironmentError `MEMORY_FULL`, `WASM_SIMD_UNSUPPORTED`.
   */
  constructor(initialWords: number, maximumWords: number = WORDS_MAX) {
    assertCapacity(initialWords, maximumWords)
    // Every offset is a multiple of four words.
    this.#wordsMax = maximumWords & ~3
    this.wasm = newWasmMemory(pages(initialWords), pages(maximumWords))
    this.#float32 = new Float32Array(this.wasm.buffer)
    this.#int32 = new Int32Array(this.wasm.buffer)
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
    const grown = this.#growTo(wordsAfterGrowth(words, wordsNeeded, this.#wordsMax)) || this.#growTo(wordsNeeded)
    if (!grown) throw memoryFull(wordsNeeded - this.#used, this.#used, words)
    this.#float32 = new Float32Array(this.wasm.buffer)
    this.#int32 = new Int32Array(this.wasm.buffer)
  }

  /** Whether the machine had room. */
  #growTo(words: number): boolean {
    try {
      this.wasm.grow(pages(words) - this.#float32.length / WORDS_PER_PAGE)
      return true
    } catch {
      return false
    }
  }
}

function pages(words: number): number {
  return Math.ceil(words / WORDS_PER_PAGE)
}

function newWasmMemory(initial: number, maximum: number): WebAssemblyMemory {
  const { Memory } = requireWebAssembly()
  try {
    return new Memory({ initial, maximum })
  } catch (cause) {
    throw memoryFull(initial * WORDS_PER_PAGE, 0, maximum * WORDS_PER_PAGE, cause)
  }
}
