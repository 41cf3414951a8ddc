const LOG2_E = 1.4426950408889634
// log 2 in two parts: the high one has 33 significant bits, so that its products with an exponent are exact.
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const EXPONENT_MIN = -1022
const EXPONENT_MAX = 1023

/** 2^k at index k − {@link EXPONENT_MIN}: exact, on a machine of either byte order. */
const POWERS_OF_TWO = powersOfTwo()

/**
 * eˣ from correctly rounded operations alone, since `Math.exp` may differ in its last bits from one engine to the next.
 * The WebAssembly kernels evaluate the same operations in the same order (`assembly/exponential.ts`) and get the same
 * bits.
 *
 * x = k·log 2 + r with |r| ≤ ½·log 2, and eʳ as its Taylor polynomial of degree 13.
 *
 * @param x - Any float64. Above 709.78 the result is ∞, below −707 it is 0, and NaN stays NaN.
 * @returns eˣ with a relative error below 10⁻¹⁵.
 */
export function exponential(x: number): number {
  if (!(x > -707)) return x === x ? 0 : x
  if (x > 709.78) return Number.POSITIVE_INFINITY
  const k = Math.floor(x * LOG2_E + 0.5)
  const r = x - k * LN2_HIGH - k * LN2_LOW
  // Pairs of terms, then pairs of pairs (Estrin): a chain of one by one would take three times as long.
  const r2 = r * r
  const r4 = r2 * r2
  const p0 = 1 + r + r2 * (1 / 2 + r * (1 / 6))
  const p4 = 1 / 24 + r * (1 / 120) + r2 * (1 / 720 + r * (1 / 5040))
  const p8 = 1 / 40320 + r * (1 / 362880) + r2 * (1 / 3628800 + r * (1 / 39916800))
  const p12 = 1 / 479001600 + r * (1 / 6227020800)
  const p = p0 + r4 * p4 + r4 * r4 * (p8 + r4 * p12)
  // k can be 1024, which is no exponent: half of the power, and twice the polynomial.
  return p * 2 * POWERS_OF_TWO[k - 1 - EXPONENT_MIN]
}

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(EXPONENT_MAX - EXPONENT_MIN + 1)
  let power = 2.2250738585072014e-308
  for (let i = 0; i < powers.length; i++) {
    powers[i] = power
    power *= 2
  }
  return powers
}
