import { Loss, type PassPlan, type RowRange } from '../kernels.ts'
import { exponential } from '../numeric/exponential.ts'
import { axpyWords, dotWords, scaleWords, stepWords } from './vector.ts'

/** The pass of {@link Kernels.pass}. `coefficients` is scratch for `plan.batch` numbers. */
export function passRows(
  float32: Float32Array,
  int32: Int32Array,
  coefficients: Float64Array,
  plan: PassPlan,
  loss: Loss,
  model: number,
  age: number,
  range: RowRange,
  positive: number,
): void {
  const { stride, batch } = plan
  const count = range.count
  for (let first = 0; first < count; first += batch) {
    const size = Math.min(batch, count - first)
    const rows = range.rows + first * stride
    const eta = stepSize(plan, age + first + size)
    for (let i = 0; i < size; i++) {
      const y = int32[range.labels + first + i] === positive ? 1 : -1
      const score = dotWords(float32, model, rows + i * stride, stride)
      coefficients[i] = Math.fround(eta * descent(loss, y, score))
    }
    stepBatch(float32, model, Math.fround(1 - eta * plan.lambda * size), coefficients, rows, size, plan)
  }
}

/** η at age t ≥ 1. */
export function stepSize(plan: PassPlan, t: number): number {
  return plan.decay ? plan.eta / t : plan.eta
}

/** w ← factor·w + Σᵢ coefficientᵢ·xᵢ, the bias component not scaled. */
export function stepBatch(
  m: Float32Array,
  w: number,
  factor: number,
  coefficients: Float64Array,
  rows: number,
  count: number,
  plan: PassPlan,
): void {
  const { stride, bias } = plan
  const first = coefficients[0]
  if (first !== 0 || factor !== 1) {
    const biasBefore = bias >= 0 ? m[w + bias] : 0
    if (first !== 0) stepWords(m, factor, w, first, rows, stride)
    else scaleWords(m, factor, w, stride)
    if (bias >= 0) m[w + bias] = biasBefore + first
  }
  for (let i = 1; i < count; i++) {
    const alpha = coefficients[i]
    if (alpha !== 0) axpyWords(m, alpha, rows + i * stride, w, stride)
  }
}

/** −∂loss/∂score for a row of class y = ±1. */
function descent(loss: Loss, y: number, score: number): number {
  if (loss === Loss.hinge) return y * score < 1 ? y : 0
  if (loss === Loss.log) return y / (1 + exponential(y * score))
  return y - score
}
