import { UsageError } from '@hearsay/core'

/** @throws {@link UsageError} `code` unless `value` is a probability or a share in [0, 1]. */
export function checkProbability(code: string, what: string, value: number): number {
  if (value >= 0 && value <= 1) return value
  throw new UsageError(code, `${what} is a number in [0, 1], not ${value}`)
}

/** @throws {@link UsageError} `code` unless `value` is a finite number ≥ `min` of `unit`. */
export function checkAtLeast(code: string, what: string, value: number, min: number, unit = 'milliseconds'): number {
  if (value >= min && Number.isFinite(value)) return value
  throw new UsageError(code, `${what} is a finite number of ${unit} ≥ ${min}, not ${value}`)
}

/** @throws {@link UsageError} `code` unless `value` is a finite number > 0 of `unit`. */
export function checkPositive(code: string, what: string, value: number, unit = 'milliseconds'): number {
  if (value > 0 && Number.isFinite(value)) return value
  throw new UsageError(code, `${what} is a finite number of ${unit} > 0, not ${value}`)
}

/** @throws {@link UsageError} `code` unless `value` is an integer in `min` … `max`. */
export function checkInteger(
  code: string,
  what: string,
  value: number,
  min: number,
  max: number = 2 ** 31 - 1,
): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new UsageError(code, `${what} is an integer in ${min} … ${max}, not ${value}`)
}

/**
 * @param untilMs - May be Infinity: an interval without an end.
 * @throws {@link UsageError} `INTERVAL` unless 0 ≤ fromMs < untilMs.
 */
export function checkInterval(what: string, fromMs: number, untilMs: number): void {
  if (fromMs >= 0 && Number.isFinite(fromMs) && fromMs < untilMs) return
  throw new UsageError(
    'INTERVAL',
    `${what} lasts from a time ≥ 0 until a later one in milliseconds, not ${fromMs} … ${untilMs}`,
  )
}
