/**
 * The natural logarithm, built from correctly rounded operations alone. `Math.log` may differ in its last bit from one
 * engine to the next, and a simulated run must not.
 *
 * log x = k·log 2 + log m with m in [√½, √2), and log m = 2·artanh(s), s = (m − 1)/(m + 1), |s| < 0.172, as a series.
 *
 * @returns log x, with the special cases of `Math.log`, with a relative error below 4·10⁻¹⁶ away from x = 1, and an absolute one below 4·10⁻¹⁶ near it.
 */
export function naturalLogarithm(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return Math.log(x)
  let mantissa = x
  let exponent = 0
  while (mantissa >= Math.SQRT2) {
    mantissa /= 2
    exponent++
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2
    exponent--
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let series = 0
  for (let power = 23; power >= 3; power -= 2) series = (series + 1 / power) * square
  return exponent * Math.LN2 + 2 * (s + s * series)
}
