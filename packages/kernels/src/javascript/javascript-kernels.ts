import type { Memory } from '@hearsay/core'
import { checkPlan } from '../check-plan.ts'
import { loadBytes, loadHalves, storeBytes, storeHalves } from './encode.ts'
import { clipFactor } from '../numeric/clip-factor.ts'
import { BATCH_MAX, type Kernels, type Loss, type PassPlan, type RowRange } from '../kernels.ts'
import { mergeFactor } from '../numeric/merge-factor.ts'
import { passRows } from './pass.ts'
import { softmaxPassRows, type SoftmaxScratch } from './softmax-pass.ts'
import { axpyWords, copyWords, dotWords, mergeWords, normOfWords, scaleWords } from './vector.ts'

/** The plain JavaScript twin: float64 arithmetic on float32 words. It works on any memory. */
export class JavaScriptKernels implements Kernels {
  readonly backend = 'javascript' as const
  readonly memory: Memory
  readonly #scratch: SoftmaxScratch = {
    coefficients: new Float64Array(BATCH_MAX),
    exponentials: new Float64Array(0),
  }
  #checkedPlan: PassPlan | undefined

  constructor(memory: Memory) {
    this.memory = memory
  }

  dot(x: number, y: number, length: number): number {
    return dotWords(this.memory.float32, x, y, length)
  }

  axpy(alpha: number, x: number, y: number, length: number): void {
    axpyWords(this.memory.float32, Math.fround(alpha), x, y, length)
  }

  scale(alpha: number, x: number, length: number): void {
    scaleWords(this.memory.float32, Math.fround(alpha), x, length)
  }

  copy(x: number, y: number, length: number): void {
    copyWords(this.memory.float32, x, y, length)
  }

  merge(target: number, x: number, weightX: number, y: number, weightY: number, length: number): void {
    const factorX = mergeFactor(weightX, weightY)
    const factorY = mergeFactor(weightY, weightX)
    mergeWords(this.memory.float32, target, factorX, x, factorY, y, length)
  }

  clip(x: number, length: number, normMax: number): number {
    const norm = this.norm(x, length)
    if (norm > normMax && norm < Number.POSITIVE_INFINITY) this.scale(clipFactor(norm, normMax), x, length)
    return norm
  }

  norm(x: number, length: number): number {
    return normOfWords(this.memory.float32, x, length)
  }

  pass(plan: PassPlan, loss: Loss, model: number, age: number, range: RowRange, positive: number): void {
    this.#check(plan)
    const { float32, int32 } = this.memory
    passRows(float32, int32, this.#scratch.coefficients, plan, loss, model, age, range, positive)
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
    this.#check(plan)
    this.merge(target, received, weightReceived, last, weightLast, plan.stride)
    if (replaceLast) this.copy(received, last, plan.stride)
    this.pass(plan, loss, target, age, range, positive)
  }

  softmaxPass(plan: PassPlan, classes: number, model: number, age: number, range: RowRange): void {
    this.#check(plan)
    const { float32, int32 } = this.memory
    softmaxPassRows(float32, int32, this.#scratch, plan, classes, model, age, range)
  }

  scores(target: number, model: number, stride: number, range: RowRange): void {
    const float32 = this.memory.float32
    for (let i = 0; i < range.count; i++) {
      float32[target + i] = dotWords(float32, model, range.rows + i * stride, stride)
    }
  }

  countErrors(model: number, stride: number, range: RowRange, positive: number): number {
    const { float32, int32 } = this.memory
    let errors = 0
    for (let i = 0; i < range.count; i++) {
      const predicted = dotWords(float32, model, range.rows + i * stride, stride) > 0
      if (predicted !== (int32[range.labels + i] === positive)) errors++
    }
    return errors
  }

  encodeFloat16(x: number, target: number, length: number): void {
    storeHalves(this.memory.int32, x, target, length)
  }

  decodeFloat16(x: number, target: number, length: number): void {
    loadHalves(this.memory.int32, x, target, length)
  }

  encodeInt8(x: number, target: number, length: number): void {
    storeBytes(this.memory.float32, this.memory.int32, x, target, length)
  }

  decodeInt8(x: number, target: number, length: number): void {
    loadBytes(this.memory.float32, this.memory.int32, x, target, length)
  }

  /** A learner passes the same plan each time: one comparison, after the first. */
  #check(plan: PassPlan): void {
    if (plan === this.#checkedPlan) return
    checkPlan(plan)
    this.#checkedPlan = plan
  }
}
