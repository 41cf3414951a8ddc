import { type Random, UsageError } from '@hearsay/core'

/**
 * Draws an index in proportion to its weight.
 *
 * @param weights - Finite numbers ≥ 0, at least one of them > 0.
 * @throws {@link UsageError} `WEIGHTS` when they are not.
 */
export function weightedChoice(weights: readonly number[]): (random: Random) => number {
  const sums = cumulativeWeights(weights)
  const total = sums[sums.length - 1]
  return (random) => firstAbove(sums, total * random.float64())
}

/**
 * The sum of the weights up to each of them, itself included.
 *
 * @throws {@link UsageError} `WEIGHTS` as in {@link weightedChoice}.
 */
export function cumulativeWeights(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length)
  let total = 0
  for (let i = 0; i < weights.length; i++) {
    total += weights[i] >= 0 ? weights[i] : Number.NaN
    sums[i] = total
  }
  if (total > 0 && Number.isFinite(total)) return sums
  const given = weights.length > 20 ? `those given (${weights.length})` : weights.join(', ') || 'none'
  throw new UsageError('WEIGHTS', `weights are finite numbers ≥ 0 with a sum > 0, not ${given}`)
}

/** The index of the first of the ascending `bounds` that is above `value`; the last one where none is. */
export function firstAbove(bounds: Float64Array, value: number): number {
  let low = 0
  let high = bounds.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bounds[middle] > value) high = middle
    else low = middle + 1
  }
  return low
}
