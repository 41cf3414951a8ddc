import { naturalLogarithm, type Random } from '@hearsay/core'
import { power } from '../shard-sizes.ts'

/**
 * Shares of 1 that are drawn from a symmetric Dirichlet distribution. They are drawn as logarithms: with a small α all
 * but a few of the Gamma variates are too small for a float64. No `Math.log`, `exp` or `pow`, which may differ from one
 * engine to the next.
 *
 * @param count - Number of shares, ≥ 1.
 * @param alpha - Concentration, > 0: the smaller, the more uneven.
 */
export function dirichletShares(count: number, alpha: number, random: Random): Float64Array {
  const logarithms = Float64Array.from({ length: count }, () => logGamma(alpha, random))
  const largest = logarithms.reduce((a, b) => Math.max(a, b))
  const weights = logarithms.map((value) => exponentialBelow(largest - value))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** The logarithm of a Gamma variate with scale 1; for a shape below 1 from one with a shape above it. */
function logGamma(shape: number, random: Random): number {
  if (shape >= 1) return naturalLogarithm(gamma(shape, random))
  return naturalLogarithm(gamma(shape + 1, random)) + naturalLogarithm(1 - random.float64()) / shape
}

/** A Gamma variate with shape ≥ 1 and scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000). */
function gamma(shape: number, random: Random): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const root = 1 + c * x
    if (root <= 0) continue
    const v = root * root * root
    const u = 1 - random.float64()
    const square = x * x
    if (u < 1 - 0.0331 * square * square) return d * v
    if (naturalLogarithm(u) < 0.5 * square + d * (1 - v + naturalLogarithm(v))) return d * v
  }
}

/** e^−x for x ≥ 0. */
function exponentialBelow(x: number): number {
  return x > 700 ? 0 : 1 / power(Math.E, x)
}
