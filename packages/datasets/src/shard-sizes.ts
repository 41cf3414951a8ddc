/** `rows` in `shards` parts that differ by at most one, the larger ones first. */
export function evenSizes(rows: number, shards: number): Int32Array {
  const whole = Math.floor(rows / shards)
  return Int32Array.from({ length: shards }, (_, shard) => whole + (shard < rows % shards ? 1 : 0))
}

/**
 * `rows` in `shards` parts that follow Zipf's law, the largest first: one row each, and the others in proportion to
 * rank^−exponent, rounded by largest remainder so that they add up.
 *
 * @param rows - At least `shards`.
 * @param exponent - ≥ 0; at 0 the parts are even.
 */
export function powerLawSizes(rows: number, shards: number, exponent: number): Int32Array {
  const weights = Float64Array.from({ length: shards }, (_, index) => 1 / power(index + 1, exponent))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = weights.map((weight) => ((rows - shards) * weight) / total)
  const sizes = Int32Array.from(shares, (share) => 1 + Math.floor(share))
  const left = rows - sizes.reduce((sum, size) => sum + size, 0)
  const byRemainder = Array.from(shares.keys()).sort((a, b) => (shares[b] % 1) - (shares[a] % 1) || a - b)
  for (const index of byRemainder.slice(0, left)) sizes[index]++
  return sizes
}

/**
 * base^exponent for base ≥ 1 and exponent ≥ 0, by products and square roots alone: `Math.pow` may differ in its last
 * bit from one engine to the next, and shards must not.
 */
export function power(base: number, exponent: number): number {
  let result = 1
  for (let whole = Math.floor(exponent); whole > 0; whole--) result *= base
  let root = base
  for (let fraction = exponent % 1; fraction > 0; fraction %= 1) {
    fraction *= 2
    root = Math.sqrt(root)
    if (fraction >= 1) result *= root
  }
  return result
}
