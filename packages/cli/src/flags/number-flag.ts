import { ConfigurationError } from '@hearsay/core'
import { Option } from 'commander'

/** What a number must be. */
export interface NumberBounds {
  /** @defaultValue −∞ */
  readonly min?: number
  /** @defaultValue ∞ */
  readonly max?: number
  /**
   * Whether `min` itself is refused.
   *
   * @defaultValue false
   */
  readonly above?: boolean
  /** @defaultValue false */
  readonly integer?: boolean
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A flag that takes a number. */
export function numberFlag(flags: string, description: string, bounds: NumberBounds): Option {
  const option = new Option(flags, description)
  return option.argParser((text) => parseNumber(option.long ?? flags, text, bounds))
}

/**
 * Reads a finite decimal number.
 *
 * @param flag - What the error names.
 * @throws {@link ConfigurationError} `FLAG_NUMBER`.
 */
export function parseNumber(flag: string, text: string, bounds: NumberBounds): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, above = false, integer = false } = bounds
  const inside = value >= min && value <= max && !(above && value === min)
  if (inside && Number.isFinite(value) && (!integer || Number.isSafeInteger(value))) return value
  throw new ConfigurationError('FLAG_NUMBER', `${flag}: give ${describe(bounds)}, not ${JSON.stringify(text)}`)
}

function describe({ min, max, above = false, integer = false }: NumberBounds): string {
  const kind = integer ? 'an integer' : 'a number'
  if (min === undefined) return max === undefined ? kind : `${kind} ≤ ${max}`
  const lower = `${above ? '>' : '≥'} ${min}`
  return max === undefined || max === Number.MAX_SAFE_INTEGER ? `${kind} ${lower}` : `${kind} ${lower} and ≤ ${max}`
}
