import { naturalLogarithm } from '@hearsay/core'
import type { PassPlan } from '@hearsay/kernels'
import type { LinearModel } from './linear-model.ts'
import type { ModelShape } from './model-shape.ts'

/**
 * The largest norm that a model of honest peers can have, as λ implies it.
 *
 * A step on b rows is w ← (1 − bηλ)w + bηg, with g the mean of their gradients. While bηλ ≤ 1 it is a convex combination of
 * w and g/λ, so ‖w‖ never exceeds G/λ, where G bounds ‖g‖: hinge, log and softmax losses have |∂loss/∂score| ≤ 1, so G
 * is the norm of the longest row, and a merge is a convex combination too. Where bηλ > 1 in the first steps, |1 − bηλ|
 * may exceed 1 until t reaches bη₀λ; each such step multiplies the bound accordingly. A bias that is not regularised moves
 * by at most batch · η₀/t a step, which sums to batch · η₀ · (1 + ln t); another is a weight of rows that have a 1 there.
 *
 * @param rowNormMax - The norm to which every peer clips its rows (without the bias component).
 * @param ageMax - The largest age that a model can have by now.
 * @returns ∞ where λ implies no bound: λ = 0, a step size that does not decay, or squared loss, whose gradient is unbounded.
 */
export function normBound(
  model: LinearModel,
  plan: PassPlan,
  shape: ModelShape,
  rowNormMax: number,
  ageMax: number,
): number {
  if (model === 'adaline' || plan.lambda === 0 || !plan.decay) return Number.POSITIVE_INFINITY
  const gradient = shape.bias >= 0 && plan.bias < 0 ? Math.hypot(rowNormMax, 1) : rowNormMax
  const weights = (gradient / plan.lambda) * overshoot(plan)
  const bias = shape.bias < 0 || plan.bias < 0 ? 0 : plan.batch * plan.eta * (1 + naturalLogarithm(Math.max(ageMax, 1)))
  return Math.sqrt(shape.outputs * (weights ** 2 + bias ** 2)) * ROUNDING
}

/** Float32 rounding of some 10⁶ steps, generously. */
const ROUNDING = 1.01

/**
 * How far early steps with bηλ > 1 can carry w beyond G/λ: at most ∏ (2bη₀λ/t − 1) over the t where that is more than 1,
 * and no batch has more rows than there are in t. Every t counts, not the multiples of the batch alone: the last batch of a
 * shard may hold a single row.
 */
function overshoot({ eta, lambda, batch }: PassPlan): number {
  const excess = eta * lambda
  if (excess <= 1) return 1
  let product = 1
  for (let t = 1; t < excess * batch && product < 1e30; t++) {
    product *= Math.max(1, (2 * excess * Math.min(t, batch)) / t - 1)
  }
  return product
}
