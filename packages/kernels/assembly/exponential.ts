/** The same operations in the same order as `src/numeric/exponential.ts`, and so the same bits. */
export function exponential(x: f64): f64 {
  if (!(x > -707.0)) return x == x ? 0.0 : x
  if (x > 709.78) return Infinity
  const k = floor<f64>(x * 1.4426950408889634 + 0.5)
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10
  const r2 = r * r
  const r4 = r2 * r2
  const p0 = 1.0 + r + r2 * (1.0 / 2.0 + r * (1.0 / 6.0))
  const p4 = 1.0 / 24.0 + r * (1.0 / 120.0) + r2 * (1.0 / 720.0 + r * (1.0 / 5040.0))
  const p8 = 1.0 / 40320.0 + r * (1.0 / 362880.0) + r2 * (1.0 / 3628800.0 + r * (1.0 / 39916800.0))
  const p12 = 1.0 / 479001600.0 + r * (1.0 / 6227020800.0)
  const p = p0 + r4 * p4 + r4 * r4 * (p8 + r4 * p12)
  return p * 2.0 * reinterpret<f64>((<i64>(<i32>k) + 1022) << 52)
}
