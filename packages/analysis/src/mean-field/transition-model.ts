import { UsageError } from '@hearsay/core'
import type { SmoothPopulationModel } from './population-model.ts'
import { affineRate, type Rate } from './rate.ts'

/** Shares of states by their names; states that are not named weigh nothing. */
export type StateWeights = Readonly<Record<string, number>>

/** One way to leave a state. */
export interface Transition {
  readonly from: string
  /** Another state. */
  readonly to: string
  /**
   * The probability of the transition in a step, as a function of x = Σ weightᵢ·mᵢ. A number c stands for c + x.
   *
   * @defaultValue 0
   */
  readonly rate?: number | Rate
  /** @defaultValue none: x = 0 */
  readonly weights?: StateWeights
}

interface CompiledTransition {
  readonly from: number
  readonly to: number
  readonly rate: Rate
  readonly weights: Float64Array
}

/**
 * A model made of transitions whose probabilities depend on m through one weighted sum each; an individual that makes
 * none stays where it is. Derivatives are exact. With p = f(w·m), a transition i → j adds mᵢp to φ_j and takes it from
 * φ_i, and ∂(mᵢp)/∂m_l = δ_il·f + mᵢf′w_l, ∂²(mᵢp)/∂m_k∂m_l = f′(δ_il·w_k + δ_ik·w_l) + mᵢf″w_k·w_l.
 */
export class TransitionModel implements SmoothPopulationModel {
  readonly states: readonly string[]
  readonly #transitions: readonly CompiledTransition[]

  /** @throws {@link UsageError} `MODEL_INVALID` for states that are not unique or not there, or a transition to itself. */
  constructor(states: readonly string[], transitions: readonly Transition[]) {
    if (new Set(states).size !== states.length) {
      throw new UsageError('MODEL_INVALID', `names of states must differ: ${states.join(', ')}`)
    }
    this.states = [...states]
    this.#transitions = transitions.map(({ from, to, rate = 0, weights = {} }) => {
      if (from === to) throw new UsageError('MODEL_INVALID', `${from} → ${to}: staying needs no transition`)
      return {
        from: stateIndex(states, from),
        to: stateIndex(states, to),
        rate: typeof rate === 'number' ? affineRate(rate) : rate,
        weights: stateWeights(states, weights),
      }
    })
  }

  transitionMatrix(occupancy: Float64Array, matrix: Float64Array): void {
    const size = this.states.length
    matrix.fill(0)
    for (let i = 0; i < size; i++) matrix[i * size + i] = 1
    for (const { from, to, rate, weights } of this.#transitions) {
      const probability = rate.value(dot(weights, occupancy))
      matrix[from * size + to] += probability
      matrix[from * size + from] -= probability
    }
  }

  jacobian(occupancy: Float64Array, jacobian: Float64Array): void {
    const size = this.states.length
    jacobian.fill(0)
    for (let i = 0; i < size; i++) jacobian[i * size + i] = 1
    for (const { from, to, rate, weights } of this.#transitions) {
      const x = dot(weights, occupancy)
      const slope = occupancy[from] * rate.slope(x)
      for (let l = 0; l < size; l++) {
        const flow = slope * weights[l] + (l === from ? rate.value(x) : 0)
        jacobian[to * size + l] += flow
        jacobian[from * size + l] -= flow
      }
    }
  }

  hessian(occupancy: Float64Array, hessian: Float64Array): void {
    const size = this.states.length
    hessian.fill(0)
    for (const { from, to, rate, weights } of this.#transitions) {
      const x = dot(weights, occupancy)
      const slope = rate.slope(x)
      const curvature = occupancy[from] * rate.curvature(x)
      for (let k = 0; k < size; k++) {
        for (let l = 0; l < size; l++) {
          const mixed = (l === from ? weights[k] : 0) + (k === from ? weights[l] : 0)
          const flow = slope * mixed + curvature * weights[k] * weights[l]
          hessian[(to * size + k) * size + l] += flow
          hessian[(from * size + k) * size + l] -= flow
        }
      }
    }
  }
}

function stateIndex(states: readonly string[], name: string): number {
  const index = states.indexOf(name)
  if (index === -1) throw new UsageError('MODEL_INVALID', `no state ${name}: there are ${states.join(', ')}`)
  return index
}

/** @throws {@link UsageError} `MODEL_INVALID`. */
export function stateWeights(states: readonly string[], weights: StateWeights): Float64Array {
  const dense = new Float64Array(states.length)
  for (const [name, weight] of Object.entries(weights)) dense[stateIndex(states, name)] = weight
  return dense
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
