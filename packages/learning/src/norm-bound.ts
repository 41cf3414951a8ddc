import { naturalLogarithm } from '@hearsay/core'
import type { PassPlan } from '@hearsay/kernels'
import type { LinearModel } from './linear-model.ts'
import type { ModelShape } from './model-shape.ts'

/**
 * The largest norm that a model of honest peers can have, as λ implies it.
 *
 * A step is w ← (1 − ηλ)w + ηg. While ηλ ≤ 1 it is a convex combination of w and g/λ, so ‖w‖ never exceeds G/λ, where G
 * bounds ‖g‖: hinge, log and softmax losses have |∂loss/∂score| ≤ 1, so G = batch · rowNormMax, and a merge is a
 * convex combination too. Where ηλ > 1 in the first steps, |1 − ηλ| may exceed 1 until t reaches η₀λ; each such step
 * multiplies the bound accordingly. The bias is not regularised: it moves by at most batch · η₀/t a step, which sums to
 * batch · η₀ · (1 + ln t).
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
  const gradient = plan.batch * rowNormMax
  const weights = (gradient / plan.lambda) * overshoot(plan)
  const bias = shape.bias < 0 ? 0 : plan.batch * plan.eta * (1 + naturalLogarithm(Math.max(ageMax, 1)))
  return Math.sqrt(shape.outputs * (weights ** 2 + bias ** 2)) * ROUNDING
}

/** Float32 rounding of some 10⁶ steps, generously. */
const ROUNDING = 1.01

/**
 * How far early steps with ηλ > 1 can carry w beyond G/λ: ∏ (2η₀λ/t − 1) over t < η₀λ. Every t counts, not the
 * multiples of the batch alone: the last batch of a shard may hold a single row.
 */
function overshoot(plan: PassPlan): number {
  let product = 1
  const excess = plan.eta * plan.lambda
  for (let t = 1; t < excess && product < 1e30; t++) product *= (2 * excess) / t - 1
  return product
}
