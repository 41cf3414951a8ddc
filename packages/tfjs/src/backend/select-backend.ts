import { EnvironmentError } from '@hearsay/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Attempt, type BackendName, BACKENDS, REGISTERED_NAMES } from './backend-name.ts'
import { loadTfjsNode } from './load-tfjs-node.ts'

/** Which backend computes, and why. */
export interface BackendChoice {
  readonly backend: BackendName
  /** What was chosen, and why no better one was, as a sentence that a host can say once. */
  readonly why: string
}

/** Options of {@link selectBackend}. */
export interface BackendOptions {
  /**
   * Where a browser loads the `.wasm` files of `@tensorflow/tfjs-backend-wasm` from, with a slash at its end. Node finds them in
   * the package.
   *
   * @defaultValue where the script is
   */
  readonly wasmPaths?: string | undefined
}

/**
 * Makes TensorFlow.js compute on a backend, for the whole process (or page): all its tensors live on one.
 *
 * @param wanted - `auto`: tfjs-node where it is installed and loads, else WebAssembly, else plain JavaScript.
 * @throws {@link EnvironmentError} `TFJS_BACKEND` where that backend cannot be had.
 */
export async function selectBackend(
  wanted: BackendName | 'auto' = 'auto',
  options: BackendOptions = {},
): Promise<BackendChoice> {
  // Otherwise the plain backend advertises tfjs-node on standard error.
  tf.enableProdMode()
  const refused: string[] = []
  for (const backend of wanted === 'auto' ? BACKENDS : [wanted]) {
    const { isReady, says } = await attempt(backend, options)
    if (isReady) return { backend, why: [`TensorFlow.js computes with ${says}`, ...refused].join('; ') }
    refused.push(says)
  }
  throw new EnvironmentError(
    'TFJS_BACKEND',
    `there is no TensorFlow.js backend '${wanted}' here: ${refused.join('; ')}`,
  )
}

async function attempt(backend: BackendName, { wasmPaths }: BackendOptions): Promise<Attempt> {
  const loaded = await load(backend, wasmPaths)
  if (!loaded.isReady) return loaded
  const isSet = await tf.setBackend(REGISTERED_NAMES[backend]).catch(() => false)
  if (!isSet) return { isReady: false, says: `${loaded.says} does not start` }
  return backend === 'wasm' ? { isReady: true, says: await describeWasm() } : loaded
}

async function load(backend: BackendName, wasmPaths: string | undefined): Promise<Attempt> {
  if (backend === 'node') return loadTfjsNode()
  if (backend === 'cpu') {
    await import('@tensorflow/tfjs-backend-cpu')
    return { isReady: true, says: 'plain JavaScript' }
  }
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  if (wasmPaths !== undefined) setWasmPaths(wasmPaths)
  return { isReady: true, says: 'WebAssembly' }
}

async function describeWasm(): Promise<string> {
  const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm')
  const threads = getThreadsCount()
  const simd = tf.env().getBool('WASM_HAS_SIMD_SUPPORT') ? 'WebAssembly SIMD' : 'WebAssembly without SIMD'
  return `${simd} on ${threads === 1 ? 'one thread' : `${threads} threads`}`
}
