/**
 * The float32 factor of the vector with weight `own` in a merge with one of weight `other`: own/(own + other), or ½
 * where both are 0. The two factors of a merge never add up to so much more than 1 that finite vectors could overflow.
 *
 * @param own - Finite and ≥ 0.
 * @param other - Finite and ≥ 0.
 */
export function mergeFactor(own: number, other: number): number {
  if (own === 0 && other === 0) return 0.5
  // The sum of two numbers near the largest float64 overflows, that of their halves does not.
  const unit = own + other === Number.POSITIVE_INFINITY ? 0.5 : 1
  const sum = own * unit + other * unit
  const share = Math.fround((own * unit) / sum)
  if (own >= other) return share
  // Rounded up, both, they add up to more than 1. The larger one is a multiple of 2⁻²⁴, so 1 − larger is exact. Where
  // the larger one is 1 the smaller one is below 2⁻²⁵ and its product is lost in the rounding of any huge sum.
  const larger = Math.fround((other * unit) / sum)
  return larger < 1 && larger + share > 1 ? 1 - larger : share
}
