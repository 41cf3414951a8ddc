import { BufferMemory } from './memory/buffer-memory.ts'
import { WORDS_MAX, WORDS_PER_PAGE } from './memory/capacity.ts'
import { JavaScriptKernels } from './javascript/javascript-kernels.ts'
import type { Kernels } from './kernels.ts'
import { WasmMemory } from './memory/wasm-memory.ts'
import { isWasmSimdSupported } from './wasm/kernels-module.ts'
import { WasmKernels } from './wasm/wasm-kernels.ts'

/** Options of {@link createKernels}. */
export interface KernelsOptions {
  /** @defaultValue `'wasm-simd'` where WebAssembly SIMD is available, otherwise `'javascript'` */
  readonly backend?: 'wasm-simd' | 'javascript'
  /**
   * Words of memory to begin with, 4 … `maximumWords`. Until a memory of WebAssembly grows, typed arrays are faster in V8: reserve
   * what a simulation will need. Pages that are never touched take no room.
   * @defaultValue 65 536 (256 KiB)
   */
  readonly initialWords?: number
  /**
   * Words that the memory may grow to, at most 2³⁰ − 2¹⁴ (4 GiB less 64 KiB).
   * @defaultValue 2³⁰ − 2¹⁴
   */
  readonly maximumWords?: number
}

/**
 * Kernels over a new memory.
 *
 * @throws UsageError `MEMORY_SIZE_INVALID`; EnvironmentError `WASM_SIMD_UNSUPPORTED` where that backend was asked for
 *   and the engine lacks it, `MEMORY_FULL` where the machine has no room.
 */
export function createKernels(options: KernelsOptions = {}): Kernels {
  const maximumWords = options.maximumWords ?? WORDS_MAX
  const initialWords = options.initialWords ?? Math.min(4 * WORDS_PER_PAGE, maximumWords)
  const backend = options.backend ?? (isWasmSimdSupported() ? 'wasm-simd' : 'javascript')
  return backend === 'javascript'
    ? new JavaScriptKernels(new BufferMemory(initialWords, maximumWords))
    : new WasmKernels(new WasmMemory(initialWords, maximumWords))
}
