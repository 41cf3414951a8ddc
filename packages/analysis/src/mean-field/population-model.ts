/**
 * A population of N identical individuals that move among S states in steps of time, all at once: given the occupancy
 * measure m (the share of the individuals in each state), each moves from its state i to j with probability K_ij(m),
 * independently of the others (Benaïm and Le Boudec 2008; Gast, Latella, Massink 2020, §2).
 *
 * Matrices are row-major. Methods write all entries of what they are given.
 */
export interface PopulationModel {
  /** One name per state. */
  readonly states: readonly string[]
  /** Writes K(m), entry K_ij at i·S + j. Rows sum to 1. */
  transitionMatrix(occupancy: Float64Array, matrix: Float64Array): void
}

/** A model whose step φ(m) = mK(m) has derivatives that are known, as the refined mean field needs them. */
export interface SmoothPopulationModel extends PopulationModel {
  /** Writes J, entry ∂φ_j/∂m_l at j·S + l. */
  jacobian(occupancy: Float64Array, jacobian: Float64Array): void
  /** Writes H, entry ∂²φ_j/∂m_k∂m_l at (j·S + k)·S + l. */
  hessian(occupancy: Float64Array, hessian: Float64Array): void
}
