import { UsageError } from '@hearsay/core'

/** What a parameter of a formula must be. */
export interface ParameterBounds {
  readonly min: number
  /** @defaultValue ∞ */
  readonly max?: number
  /** @defaultValue false */
  readonly integer?: boolean
}

/** @throws {@link UsageError} `PARAMETER_INVALID` unless `value` is finite and inside its bounds, which belong to it. */
export function checkParameter(name: string, value: number, bounds: ParameterBounds): void {
  const { min, max = Number.POSITIVE_INFINITY, integer = false } = bounds
  if (Number.isFinite(value) && value >= min && value <= max && !(integer && !Number.isSafeInteger(value))) return
  const range = max === Number.POSITIVE_INFINITY ? `≥ ${min}` : `in [${min}, ${max}]`
  throw new UsageError('PARAMETER_INVALID', `${name} is ${integer ? 'an integer' : 'a number'} ${range}, not ${value}`)
}
