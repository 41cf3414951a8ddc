/**
 * base^exponent by repeated squaring, from correctly rounded multiplications alone: `Math.pow` may differ in its last
 * bits from one engine to the next, and a simulated run must not.
 *
 * @param exponent - An integer ≥ 0.
 */
export function integerPower(base: number, exponent: number): number {
  let result = 1
  let square = base
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square
    square *= square
  }
  return result
}
