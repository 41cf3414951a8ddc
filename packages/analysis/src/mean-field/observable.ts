import type { PopulationModel } from './population-model.ts'
import { type StateWeights, stateWeights } from './transition-model.ts'

/** A number h(m) that is read off an occupancy, with its derivatives. */
export interface Observable {
  value(occupancy: Float64Array): number
  /** Writes ∂h/∂m_l. */
  gradient(occupancy: Float64Array, gradient: Float64Array): void
  /** Writes ∂²h/∂m_k∂m_l at k·S + l. */
  hessian(occupancy: Float64Array, hessian: Float64Array): void
}

/**
 * h(m) = constant + Σ weightᵢ·mᵢ.
 *
 * @throws {@link UsageError} `MODEL_INVALID` for a state that the model lacks.
 */
export function linearObservable(model: PopulationModel, weights: StateWeights, constant = 0): Observable {
  const dense = stateWeights(model.states, weights)
  return {
    value: (occupancy) => occupancy.reduce((sum, share, i) => sum + share * dense[i], constant),
    gradient: (_, gradient) => gradient.set(dense),
    hessian: (_, hessian) => hessian.fill(0),
  }
}
