import type { PassPlan, RowRange } from '../kernels.ts'
import { exponential } from '../numeric/exponential.ts'
import { stepBatch, stepSize } from './pass.ts'
import { dotWords } from './vector.ts'

/** Scratch of a softmax pass. */
export interface SoftmaxScratch {
  /** One number per row of a batch. */
  readonly coefficients: Float64Array
  /** Grown to classes × batch where needed: e^(score − largest score of the row), then the row's sum of them. */
  exponentials: Float64Array
}

/** The pass of {@link Kernels.softmaxPass}. */
export function softmaxPassRows(
  float32: Float32Array,
  int32: Int32Array,
  scratch: SoftmaxScratch,
  plan: PassPlan,
  classes: number,
  model: number,
  age: number,
  range: RowRange,
): void {
  const { stride, batch } = plan
  const count = range.count
  const needed = (classes + 1) * Math.min(batch, count)
  if (scratch.exponentials.length < needed) scratch.exponentials = new Float64Array(needed)
  const { coefficients, exponentials } = scratch
  for (let first = 0; first < count; first += batch) {
    const size = Math.min(batch, count - first)
    const rows = range.rows + first * stride
    const labels = range.labels + first
    const eta = stepSize(plan, age + first + size)
    const factor = Math.fround(1 - eta * plan.lambda * size)
    for (let i = 0; i < size; i++) softmax(float32, exponentials, i, classes, model, rows + i * stride, stride)
    for (let k = 0; k < classes; k++) {
      for (let i = 0; i < size; i++) {
        const row = i * (classes + 1)
        const target = int32[labels + i] === k ? 1 : 0
        coefficients[i] = Math.fround(eta * (target - exponentials[row + k] / exponentials[row + classes]))
      }
      stepBatch(float32, model + k * stride, factor, coefficients, rows, size, plan)
    }
  }
}

/** Writes row i of `exponentials`. The largest score is subtracted first, so that no sum is 0 or infinite. */
function softmax(
  m: Float32Array,
  exponentials: Float64Array,
  i: number,
  classes: number,
  model: number,
  x: number,
  stride: number,
): void {
  const row = i * (classes + 1)
  let largest = Number.NEGATIVE_INFINITY
  for (let k = 0; k < classes; k++) {
    const score = dotWords(m, model + k * stride, x, stride)
    exponentials[row + k] = score
    if (score > largest) largest = score
  }
  let sum = 0
  for (let k = 0; k < classes; k++) {
    const value = exponential(exponentials[row + k] - largest)
    exponentials[row + k] = value
    sum += value
  }
  exponentials[row + classes] = sum
}
