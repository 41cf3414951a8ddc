import { UsageError } from '@hearsay/core'
import { BATCH_MAX, type PassPlan } from './kernels.ts'

/** @throws UsageError `PASS_PLAN_INVALID` unless every number of the plan is within its documented bounds. */
export function checkPlan(plan: PassPlan): void {
  const { stride, bias, lambda, eta, batch } = plan
  if (!Number.isInteger(stride) || stride < 0 || stride % 4 !== 0) refuse('stride', stride, 'a multiple of four, ≥ 0')
  if (!Number.isInteger(bias) || bias < -1 || bias >= stride) refuse('bias', bias, `an integer in −1 … ${stride - 1}`)
  if (!(lambda >= 0 && lambda < Number.POSITIVE_INFINITY)) refuse('lambda', lambda, 'finite and ≥ 0')
  if (!(eta > 0 && eta < Number.POSITIVE_INFINITY)) refuse('eta', eta, 'finite and > 0')
  if (!Number.isInteger(batch) || batch < 1 || batch > BATCH_MAX) {
    refuse('batch', batch, `an integer in 1 … ${BATCH_MAX}`)
  }
}

function refuse(name: string, value: number, bounds: string): never {
  throw new UsageError('PASS_PLAN_INVALID', `the plan's ${name} is ${value}, but must be ${bounds}`)
}
