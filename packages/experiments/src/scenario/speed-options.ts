/** How much the periods of peers differ. Δ is the scenario's. Which peers are slow is drawn at random. */
export type Speeds =
  /** A share of the peers in [0, 1] has a period of `factor`·Δ, `factor` in 0.001 … 1000, the others have Δ. */
  | { readonly kind: 'classes'; readonly share: number; readonly factor: number }
  /** Periods are lognormal with median Δ; `sigma` in [0, 3] is the standard deviation of their logarithm. */
  | { readonly kind: 'lognormal'; readonly sigma: number }

/** Bounds of a peer's period, as a multiple of Δ. */
export const FACTOR_MIN = 0.001
export const FACTOR_MAX = 1000
const SIGMA_MAX = 3

/** Why speeds are out of their range; `undefined` where they are not. */
export function speedsProblem(speeds: Speeds): string | undefined {
  if (speeds.kind === 'lognormal') {
    const { sigma } = speeds
    return sigma >= 0 && sigma <= SIGMA_MAX
      ? undefined
      : `the sigma of speeds lies in 0 … ${SIGMA_MAX}, not at ${sigma}`
  }
  const { share, factor } = speeds
  if (!(share >= 0 && share <= 1)) return `a share of slow peers lies in 0 … 1, not at ${share}`
  if (factor >= FACTOR_MIN && factor <= FACTOR_MAX) return undefined
  return `the factor of a slow peer's period lies in ${FACTOR_MIN} … ${FACTOR_MAX}, not at ${factor}`
}
