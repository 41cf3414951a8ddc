/**
 * How the results of several concurrent instances are combined (Jelasity, Montresor, Babaoglu 2005, §7.3): of t results, the
 * ⌊t/3⌋ lowest and the ⌊t/3⌋ highest are dropped, and the rest is averaged. NaN are left out beforehand.
 *
 * @returns NaN where nothing is left.
 */
export function trimmedMean(results: Iterable<number>): number {
  const sorted = Float64Array.from([...results].filter((result) => !Number.isNaN(result))).sort()
  const dropped = Math.floor(sorted.length / 3)
  let sum = 0
  for (let i = dropped; i < sorted.length - dropped; i++) sum += sorted[i]
  return sum / (sorted.length - 2 * dropped)
}
