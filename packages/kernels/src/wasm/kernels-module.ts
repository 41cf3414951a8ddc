import { EnvironmentError } from '@hearsay/core'
import { KERNELS_WASM } from '../generated/kernels-wasm.ts'
import { decodeBase64, webAssembly, type WebAssemblyApi } from './web-assembly.ts'

/** The functions of `assembly/index.ts`. Offsets and lengths are in words. */
export interface KernelExports {
  initialise(terms: number, normalisers: number, exponentials: number, exponentialsMax: number): void
  exponential(x: number): number
  dot(x: number, y: number, length: number): number
  axpy(alpha: number, x: number, y: number, length: number): void
  scale(alpha: number, x: number, length: number): void
  copy(x: number, y: number, length: number): void
  merge(target: number, x: number, weightX: number, y: number, weightY: number, length: number): void
  norm(x: number, length: number): number
  usePlan(stride: number, bias: number, lambda: number, eta: number, decay: number, batch: number): void
  pass(loss: number, model: number, age: number, rows: number, labels: number, count: number, positive: number): void
  mergePass(
    target: number,
    received: number,
    weightReceived: number,
    last: number,
    weightLast: number,
    replaceLast: number,
    loss: number,
    age: number,
    rows: number,
    labels: number,
    count: number,
    positive: number,
  ): void
  softmaxPass(classes: number, model: number, age: number, rows: number, labels: number, count: number): void
  scores(target: number, model: number, stride: number, rows: number, count: number): void
  countErrors(model: number, stride: number, rows: number, labels: number, count: number, positive: number): number
  encodeFloat16(x: number, target: number, length: number): void
  decodeFloat16(x: number, target: number, length: number): void
  encodeInt8(x: number, target: number, length: number): void
  decodeInt8(x: number, target: number, length: number): void
}

/** Compiled once, whatever the number of memories it runs on; `null` where the engine cannot run it. */
let compiled: object | null | undefined

/** Whether the engine has WebAssembly with SIMD. */
export function isWasmSimdSupported(): boolean {
  return kernelsModule() !== null
}

/** The kernels over `memory`. */
export function instantiateKernels(memory: object): KernelExports {
  const module = kernelsModule()
  if (module === null) throw unsupported()
  return new (requireWebAssembly().Instance)(module, { env: { memory } }).exports as KernelExports
}

/** @throws EnvironmentError `WASM_SIMD_UNSUPPORTED` */
export function requireWebAssembly(): WebAssemblyApi {
  if (webAssembly === undefined) throw unsupported()
  return webAssembly
}

function kernelsModule(): object | null {
  compiled ??= compile()
  return compiled
}

function compile(): object | null {
  if (webAssembly === undefined) return null
  const bytes = decodeBase64(KERNELS_WASM)
  return webAssembly.validate(bytes) ? new webAssembly.Module(bytes) : null
}

function unsupported(): EnvironmentError {
  return new EnvironmentError(
    'WASM_SIMD_UNSUPPORTED',
    "this engine cannot run WebAssembly SIMD: leave out the option backend, or ask for backend: 'javascript'",
  )
}
