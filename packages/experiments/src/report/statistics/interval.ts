import { tCritical } from './distributions.ts'

/** Of the intervals in a report. */
const CONFIDENCE = 0.95

/** A mean over seeds and how sure it is. */
export interface Interval {
  /** Values that it is of. */
  readonly count: number
  /** NaN where there are no values. */
  readonly mean: number
  /** Sample standard deviation (n − 1); NaN with fewer than two values. */
  readonly sd: number
  /** Bounds of the 95 % t-interval of the mean; NaN with fewer than two values. */
  readonly low: number
  readonly high: number
}

/** Mean, standard deviation and t-interval. The values are taken to be independent draws of one normal distribution. */
export function meanInterval(values: readonly number[]): Interval {
  const count = values.length
  if (count === 0) return { count, mean: Number.NaN, sd: Number.NaN, low: Number.NaN, high: Number.NaN }
  const mean = average(values)
  if (count === 1) return { count, mean, sd: Number.NaN, low: Number.NaN, high: Number.NaN }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const sd = Math.sqrt(squares / (count - 1))
  const margin = (tCritical(CONFIDENCE, count - 1) * sd) / Math.sqrt(count)
  return { count, mean, sd, low: mean - margin, high: mean + margin }
}

/** The arithmetic mean; NaN of nothing. Equal values give exactly their value. */
export function average(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN
  const [first] = values
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length
}

/** Whether two intervals have a value in common; undefined where one has no bounds. */
export function overlap(a: Interval, b: Interval): boolean | undefined {
  if (Number.isNaN(a.low) || Number.isNaN(b.low)) return undefined
  return a.low <= b.high && b.low <= a.high
}
