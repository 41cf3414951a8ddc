import { checkParameter } from '../numeric/check.ts'
import { finalSizeResidue } from '../numeric/final-size.ts'
import type { VectorField } from '../numeric/runge-kutta.ts'

/** Rates of an SIR epidemic with demography, per unit of time. */
export interface SirParameters {
  /** β ≥ 0: contacts that infect, per infective and unit of time, were all others susceptible. */
  readonly beta: number
  /** γ ≥ 0: rate at which an infective loses interest. */
  readonly gamma: number
  /**
   * μ ≥ 0: rate at which any peer leaves and a susceptible one takes its place.
   *
   * @defaultValue 0
   */
  readonly mu?: number
}

/** Shares of the population; they sum to 1. */
export interface SirState {
  readonly susceptible: number
  readonly infective: number
  readonly removed: number
}

/**
 * SIR with demography (Kermack and McKendrick 1927; Keeling and Rohani, "Modeling infectious diseases", 2008, §2.1.2),
 * on the vector (s, i, r): ds/dt = μ − βsi − μs, di/dt = βsi − γi − μi, dr/dt = γi − μr. With γ = 0 it is SI, or, with
 * μ > 0, SIS.
 *
 * @throws {@link UsageError} `PARAMETER_INVALID`, as all functions of this file.
 */
export function sirField(parameters: SirParameters): VectorField {
  const { beta, gamma, mu } = checked(parameters)
  return ([s, i, r], derivative) => {
    derivative[0] = mu - beta * s * i - mu * s
    derivative[1] = beta * s * i - gamma * i - mu * i
    derivative[2] = gamma * i - mu * r
  }
}

/** R₀ = β/(γ + μ): whom one infective infects among susceptibles. An epidemic needs R₀ > 1. ∞ where nobody recovers. */
export function basicReproductionNumber(parameters: SirParameters): number {
  const { beta, gamma, mu } = checked(parameters)
  return beta === 0 ? 0 : beta / (gamma + mu)
}

/**
 * Where the epidemic settles from a start with few infectives.
 *
 * - R₀ ≤ 1: nobody is infected.
 * - μ > 0: the endemic equilibrium s = 1/R₀, i = (μ/β)(R₀ − 1), r = (γ/β)(R₀ − 1).
 * - μ = 0 < γ: the epidemic burns out and leaves s = exp(−R₀(1 − s)) untouched.
 * - μ = γ = 0: all are infective.
 */
export function sirEquilibrium(parameters: SirParameters): SirState {
  const { beta, gamma, mu } = checked(parameters)
  const ratio = basicReproductionNumber(parameters)
  if (ratio <= 1) return { susceptible: 1, infective: 0, removed: 0 }
  if (ratio === Number.POSITIVE_INFINITY) return { susceptible: 0, infective: 1, removed: 0 }
  if (mu > 0) {
    return { susceptible: 1 / ratio, infective: (mu / beta) * (ratio - 1), removed: (gamma / beta) * (ratio - 1) }
  }
  const residue = finalSizeResidue(ratio)
  return { susceptible: residue, infective: 0, removed: 1 - residue }
}

function checked({ beta, gamma, mu = 0 }: SirParameters): Required<SirParameters> {
  checkParameter('beta', beta, { min: 0 })
  checkParameter('gamma', gamma, { min: 0 })
  checkParameter('mu', mu, { min: 0 })
  return { beta, gamma, mu }
}
