import { UsageError } from '@hearsay/core'

/** Bounds of honest local values, both included. */
export interface ValueRange {
  readonly min: number
  readonly max: number
}

/** @throws {@link UsageError} `RANGE` unless both bounds are finite and `min` < `max`. */
export function assertRange(range: ValueRange | undefined): void {
  if (range === undefined || (Number.isFinite(range.min) && Number.isFinite(range.max) && range.min < range.max)) return
  throw new UsageError('RANGE', `a range has finite bounds min < max, not [${range.min}, ${range.max}]`)
}

/** @throws {@link UsageError} `VALUE` unless `value` is a number within the bounds. */
export function assertWithin(value: number, min: number, max: number): void {
  if (value >= min && value <= max) return
  throw new UsageError('VALUE', `a local value is a finite number in [${min}, ${max}], not ${value}`)
}

/** The number nearest to `value` within the bounds. */
export function clamp(value: number, min: number, max: number): number {
  if (value < min) return min
  return value > max ? max : value
}
