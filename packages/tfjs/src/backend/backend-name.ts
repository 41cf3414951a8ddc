/** `node`: libtensorflow through `@tensorflow/tfjs-node`; `wasm`: WebAssembly; `cpu`: plain JavaScript. */
export type BackendName = 'node' | 'wasm' | 'cpu'

/** All of {@link BackendName}, the fastest first. */
export const BACKENDS: readonly BackendName[] = ['node', 'wasm', 'cpu']

/** What TensorFlow.js calls them. */
export const REGISTERED_NAMES: Readonly<Record<BackendName, string>> = { node: 'tensorflow', wasm: 'wasm', cpu: 'cpu' }

/** A backend that was tried. */
export interface Attempt {
  readonly isReady: boolean
  /** What it is, or why it cannot be had, as half a sentence for people. */
  readonly says: string
}
