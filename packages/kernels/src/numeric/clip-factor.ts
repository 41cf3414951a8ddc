/** Takes up the roundings of the factor and of the products to float32, 2⁻²⁴ each. */
const ROUNDING_MARGIN = 1 - 2 ** -22

/**
 * The factor that brings a float32 vector of norm `norm` down to a norm of at most `normMax`, after rounding.
 *
 * @param norm - Finite and > normMax.
 * @param normMax - ≥ 0.
 */
export function clipFactor(norm: number, normMax: number): number {
  return (normMax / norm) * ROUNDING_MARGIN
}
