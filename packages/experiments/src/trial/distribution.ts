import type { Distribution } from './trial-result.ts'

/**
 * How values spread; NaN, where there was nothing to measure, does not count. Quantiles are interpolated linearly between the
 * values in order (definition 7 of Hyndman and Fan 1996). All NaN where there are no values.
 */
export function distributionOf(values: readonly number[]): Distribution & { readonly measured: number } {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
  const measured = sorted.length
  const mean = sorted.reduce((sum, value) => sum + value, 0) / measured
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const quantile = (share: number): number => {
    const place = share * (measured - 1)
    const below = Math.floor(place)
    const low = sorted[below]
    return low + (sorted[Math.min(below + 1, measured - 1)] - low) * (place - below)
  }
  if (measured === 0) {
    const none = Number.NaN
    return { measured, mean: none, sd: none, min: none, q10: none, median: none, q90: none, max: none }
  }
  return {
    ...{ measured, mean, sd: Math.sqrt(squares / measured) },
    ...{ min: sorted[0], q10: quantile(0.1), median: quantile(0.5), q90: quantile(0.9), max: sorted[measured - 1] },
  }
}
