import { requireWebAssembly } from '../wasm/kernels-module.ts'
import type { WebAssemblyMemory } from '../wasm/web-assembly.ts'
import { assertCapacity, memoryFull, WORDS_MAX, WORDS_PER_PAGE } from './capacity.ts'
import { GrowingMemory } from './growing-memory.ts'

/** A memory over a WebAssembly memory, in pages of 64 KiB. */
export class WasmMemory extends GrowingMemory {
  /** What a WebAssembly module imports. */
  readonly wasm: WebAssemblyMemory

  /**
   * @param initialWords - Words to begin with, ≥ 4, rounded up to whole pages.
   * @param maximumWords - Words that it may grow to, `initialWords` … {@link WORDS_MAX}.
   * @throws UsageError `MEMORY_SIZE_INVALID`; EnvironmentError `MEMORY_FULL`, `WASM_SIMD_UNSUPPORTED`.
   */
  constructor(initialWords: number, maximumWords: number = WORDS_MAX) {
    assertCapacity(initialWords, maximumWords)
    const wasm = newWasmMemory(pages(initialWords), pages(maximumWords))
    super(wasm.buffer, maximumWords)
    this.wasm = wasm
  }

  protected override grown(words: number): ArrayBuffer | undefined {
    try {
      this.wasm.grow(pages(words) - this.float32.length / WORDS_PER_PAGE)
      return this.wasm.buffer
    } catch {
      return undefined
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
