import { checkPlan } from '../check-plan.ts'
import { BATCH_MAX, type Kernels, type Loss, type PassPlan, type RowRange } from '../kernels.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { clipFactor } from '../numeric/clip-factor.ts'
import { instantiateKernels, type KernelExports } from './kernels-module.ts'

/** Exponentials of a softmax batch that are kept; those of a larger one are computed twice. */
const EXPONENTIALS_MAX = 8192

/** The WebAssembly SIMD kernels. Each method is one call into `assembly/index.ts`. */
export class WasmKernels implements Kernels {
  readonly backend = 'wasm-simd' as const
  readonly memory: WasmMemory
  // The bare functions, each in a field of its own: the engine inlines a call to what a field always holds.
  readonly #dot: KernelExports['dot']
  readonly #axpy: KernelExports['axpy']
  readonly #scale: KernelExports['scale']
  readonly #copy: KernelExports['copy']
  readonly #merge: KernelExports['merge']
  readonly #norm: KernelExports['norm']
  readonly #pass: KernelExports['pass']
  readonly #mergePass: KernelExports['mergePass']
  readonly #softmaxPass: KernelExports['softmaxPass']
  readonly #scores: KernelExports['scores']
  readonly #countErrors: KernelExports['countErrors']
  readonly #encodeFloat16: KernelExports['encodeFloat16']
  readonly #decodeFloat16: KernelExports['decodeFloat16']
  readonly #encodeInt8: KernelExports['encodeInt8']
  readonly #decodeInt8: KernelExports['decodeInt8']
  readonly #usePlan: KernelExports['usePlan']
  #plan: PassPlan | undefined

  /** @throws EnvironmentError `WASM_SIMD_UNSUPPORTED`; `MEMORY_FULL` where the memory has no room for scratch. */
  constructor(memory: WasmMemory) {
    this.memory = memory
    const kernels = instantiateKernels(memory.wasm)
    const terms = memory.allocate(2 * BATCH_MAX)
    const normalisers = memory.allocate(4 * BATCH_MAX)
    const exponentials = memory.allocate(2 * EXPONENTIALS_MAX)
    kernels.initialise(terms, normalisers, exponentials, EXPONENTIALS_MAX)
    this.#dot = kernels.dot
    this.#axpy = kernels.axpy
    this.#scale = kernels.scale
    this.#copy = kernels.copy
    this.#merge = kernels.merge
    this.#norm = kernels.norm
    this.#usePlan = kernels.usePlan
    this.#pass = kernels.pass
    this.#mergePass = kernels.mergePass
    this.#softmaxPass = kernels.softmaxPass
    this.#scores = kernels.scores
    this.#countErrors = kernels.countErrors
    this.#encodeFloat16 = kernels.encodeFloat16
    this.#decodeFloat16 = kernels.decodeFloat16
    this.#encodeInt8 = kernels.encodeInt8
    this.#decodeInt8 = kernels.decodeInt8
  }

  dot(x: number, y: number, length: number): number {
    return this.#dot(x, y, length)
  }

  axpy(alpha: number, x: number, y: number, length: number): void {
    this.#axpy(alpha, x, y, length)
  }

  scale(alpha: number, x: number, length: number): void {
    this.#scale(alpha, x, length)
  }

  copy(x: number, y: number, length: number): void {
    this.#copy(x, y, length)
  }

  merge(target: number, x: number, weightX: number, y: number, weightY: number, length: number): void {
    this.#merge(target, x, weightX, y, weightY, length)
  }

  clip(x: number, length: number, normMax: number): number {
    const norm = this.norm(x, length)
    if (norm > normMax && norm < Number.POSITIVE_INFINITY) this.scale(clipFactor(norm, normMax), x, length)
    return norm
  }

  norm(x: number, length: number): number {
    return this.#norm(x, length)
  }

  pass(plan: PassPlan, loss: Loss, model: number, age: number, range: RowRange, positive: number): void {
    if (plan !== this.#plan) this.#use(plan)
    const { rows, labels, count } = range
    this.#pass(loss, model, age, rows, labels, count, positive)
  }

  mergePass(
    plan: PassPlan,
    loss: Loss,
    target: number,
    received: number,
    weightReceived: number,
    last: number,
    weightLast: number,
    replaceLast: boolean,
    age: number,
    range: RowRange,
    positive: number,
  ): void {
    if (plan !== this.#plan) this.#use(plan)
    const { rows, labels, count } = range
    this.#mergePass(
      target,
      received,
      weightReceived,
      last,
      weightLast,
      replaceLast ? 1 : 0,
      loss,
      age,
      rows,
      labels,
      count,
      positive,
    )
  }

  softmaxPass(plan: PassPlan, classes: number, model: number, age: number, range: RowRange): void {
    if (plan !== this.#plan) this.#use(plan)
    const { rows, labels, count } = range
    this.#softmaxPass(classes, model, age, rows, labels, count)
  }

  scores(target: number, model: number, stride: number, range: RowRange): void {
    this.#scores(target, model, stride, range.rows, range.count)
  }

  countErrors(model: number, stride: number, range: RowRange, positive: number): number {
    return this.#countErrors(model, stride, range.rows, range.labels, range.count, positive)
  }

  encodeFloat16(x: number, target: number, length: number): void {
    this.#encodeFloat16(x, target, length)
  }

  decodeFloat16(x: number, target: number, length: number): void {
    this.#decodeFloat16(x, target, length)
  }

  encodeInt8(x: number, target: number, length: number): void {
    this.#encodeInt8(x, target, length)
  }

  decodeInt8(x: number, target: number, length: number): void {
    this.#decodeInt8(x, target, length)
  }

  /** Plans do not change, and a learner passes the same one each time: after the first, that is one comparison. */
  #use(plan: PassPlan): void {
    checkPlan(plan)
    const { stride, bias, lambda, eta, decay, batch } = plan
    this.#usePlan(stride, bias, lambda, eta, decay ? 1 : 0, batch)
    this.#plan = plan
  }
}
