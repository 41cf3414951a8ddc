import type { CurveAxis } from './curves.ts'
import type { Interval } from './statistics/interval.ts'

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** What stands where there is no value. */
export const NO_VALUE = '–'

/** A value of a metric or a difference of two: four decimals where these say enough. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? NO_VALUE : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const text = size === 0 ? '0' : size < 1e-5 || size >= 1e5 ? scientific(value) : decimal(value, size)
  return text.replace(/^-/, '−')
}

function decimal(value: number, size: number): string {
  if (size < 0.001) return String(Number(value.toPrecision(2)))
  return value.toFixed(size < 10 ? 4 : size < 1000 ? 2 : 0)
}

function scientific(value: number): string {
  const [mantissa, exponent] = value.toExponential(2).split('e')
  const digits = exponent.replace(/[+-]/, '').replaceAll(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])
  return `${mantissa} × 10${exponent.startsWith('-') ? '⁻' : ''}${digits}`
}

const ROUNDING = 1e-12

/** A mean with half of its interval: `0.0610 ± 0.0021`; the mean alone where it has no interval. */
export function formatMean({ mean, low, high }: Pick<Interval, 'mean' | 'low' | 'high'>): string {
  if (Number.isNaN(low)) return formatValue(mean)
  return `${formatValue(mean)} ± ${formatSize((high - low) / 2, mean)}`
}

/** How far values lie from their mean. Equal ones differ by what additions are rounded to. */
export function formatSize(size: number, mean: number): string {
  return formatValue(size < ROUNDING * Math.abs(mean) ? 0 : size)
}

/** Three significant digits, for what is read aloud. */
export function digits(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(3) : 'no value'
}

/** A probability: `0.031`, `< 0.001`. */
export function formatP(p: number): string {
  if (Number.isNaN(p)) return NO_VALUE
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** `1,234,567`. */
export function formatCount(value: number): string {
  return Number.isNaN(value) ? NO_VALUE : counts.format(value)
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const

/** Three significant digits and a decimal prefix: `1.50 M`. */
export function formatSi(value: number, unit = ''): string {
  if (!Number.isFinite(value)) return NO_VALUE
  let scaled = Math.abs(value)
  let prefix = 0
  // 999.5 would round to 1000: it belongs to the next prefix.
  while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
    scaled /= 1000
    prefix++
  }
  const whole = prefix === 0 && Number.isInteger(scaled)
  const text = whole ? String(scaled) : scaled.toPrecision(3)
  return `${value < 0 ? '−' : ''}${text} ${PREFIXES[prefix]}${unit}`.trim()
}

export function formatBytes(bytes: number): string {
  return formatSi(bytes, 'B')
}

/** A unit of time, for axes and tables. */
export interface TimeUnit {
  readonly name: string
  readonly symbol: string
  readonly ms: number
}

export const TIME_UNITS: readonly TimeUnit[] = [
  { name: 'days', symbol: 'd', ms: 86_400_000 },
  { name: 'hours', symbol: 'h', ms: 3_600_000 },
  { name: 'minutes', symbol: 'min', ms: 60_000 },
  { name: 'seconds', symbol: 's', ms: 1000 },
  { name: 'milliseconds', symbol: 'ms', ms: 1 },
]

/** The largest unit that a time has at least two of, or a second. */
export function timeUnitOf(ms: number): TimeUnit {
  return TIME_UNITS.find((unit) => ms >= (unit.symbol === 's' ? 1 : 2) * unit.ms) ?? TIME_UNITS[TIME_UNITS.length - 1]
}

function formatTime(ms: number): string {
  if (!Number.isFinite(ms)) return NO_VALUE
  const unit = timeUnitOf(ms)
  return `${formatTicks(ms / unit.ms)} ${unit.symbol}`
}

/** At most three significant digits, none of them a needless zero. */
function formatTicks(value: number): string {
  return value >= 1000 ? counts.format(value) : String(Number(value.toPrecision(3)))
}

/** A sentence without its period, to go on after it. */
export function withoutPeriod(sentence: string): string {
  return sentence.replace(/(?<!\.)\.\s*$/, '')
}

/** An amount on an axis, with its unit. */
export function formatCost(axis: CurveAxis, amount: number): string {
  switch (axis) {
    case 'cycles':
      return `${formatCount(amount)} cycles`
    case 'bytes':
      return formatBytes(amount)
    case 'time':
      return formatTime(amount)
    case 'steps':
      return `${formatSi(amount)} rows trained on`
  }
}
