import { normalTwoSided, tTwoSided } from './distributions.ts'
import { meanInterval } from './interval.ts'

/** A statistic, and how often chance alone gives one at least so extreme, on both sides. */
export interface Significance {
  readonly statistic: number
  readonly p: number
}

/** Up to so many differences, the signed-rank test counts all signs instead of using the normal distribution. */
const EXACT_MAX = 100

/**
 * Student's paired t-test of differences, at least two, against a mean of 0.
 *
 * Differences that are all the same and not 0 give an infinite statistic and p = 0; all 0, 0 and p = 1.
 */
export function pairedTTest(differences: readonly number[]): Significance {
  const { count, mean, sd } = meanInterval(differences)
  if (sd === 0) return mean === 0 ? { statistic: 0, p: 1 } : { statistic: Math.sign(mean) * Infinity, p: 0 }
  const statistic = mean / (sd / Math.sqrt(count))
  return { statistic, p: tTwoSided(statistic, count - 1) }
}

/**
 * Wilcoxon's signed-rank test (Wilcoxon 1945) against a median of 0: zeros are dropped, ties share their mean rank. The
 * distribution is exact, ties included, for up to 100 differences; the normal one with a continuity correction above.
 * `statistic` is the sum of the ranks of the positive differences.
 */
export function signedRankTest(differences: readonly number[]): Significance {
  const kept = differences.filter((difference) => difference !== 0)
  const ranks = midRanks(kept.map(Math.abs))
  const statistic = kept.reduce((sum, difference, i) => sum + (difference > 0 ? ranks[i] : 0), 0)
  const expected = ranks.reduce((sum, rank) => sum + rank, 0) / 2
  const distance = Math.abs(statistic - expected)
  if (distance === 0) return { statistic, p: 1 }
  if (kept.length > EXACT_MAX) {
    const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4
    return { statistic, p: normalTwoSided(Math.max(0, distance - 0.5) / Math.sqrt(variance)) }
  }
  return { statistic, p: Math.min(1, 2 * lowerTail(ranks, expected - distance)) }
}

/** Ranks from 1; equal values share the mean of theirs. */
function midRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return below + (equal + 1) / 2
  })
}

/** The probability that the ranks which coins pick sum up to at most `bound`. */
function lowerTail(ranks: readonly number[], bound: number): number {
  // Mean ranks are multiples of one half: twice of them are integers that a table can count.
  const doubled = ranks.map((rank) => Math.round(2 * rank))
  const limit = Math.floor(2 * bound + 1e-9)
  const shares = new Float64Array(limit + 1)
  shares[0] = 1
  for (const rank of doubled) {
    for (let sum = limit; sum >= 0; sum--) shares[sum] = (shares[sum] + (sum >= rank ? shares[sum - rank] : 0)) / 2
  }
  return shares.reduce((total, share) => total + share, 0)
}

/** Holm's step-down correction (Holm 1979) of p-values that belong together, in their order. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => ps[a] - ps[b])
  const corrected = new Array<number>(ps.length).fill(1)
  let largest = 0
  for (const [step, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, ps[i] * (ps.length - step)))
    corrected[i] = largest
  }
  return corrected
}
