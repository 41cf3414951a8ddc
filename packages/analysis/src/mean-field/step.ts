import { UsageError } from '@hearsay/core'
import type { PopulationModel } from './population-model.ts'

const TOLERANCE = 1e-9

/**
 * Reads a start: the occupancy at time 0, one share per state, which sum to 1.
 *
 * @returns A copy.
 * @throws {@link UsageError} `OCCUPANCY_INVALID`.
 */
export function checkedOccupancy(model: PopulationModel, start: ArrayLike<number>): Float64Array {
  const states = model.states.length
  if (start.length !== states) {
    throw new UsageError(
      'OCCUPANCY_INVALID',
      `an occupancy of ${states} states has ${states} shares, not ${start.length}`,
    )
  }
  const occupancy = Float64Array.from(start)
  const sum = occupancy.reduce((total, share) => total + share, 0)
  if (occupancy.every((share) => share >= 0) && Math.abs(sum - 1) <= TOLERANCE) return occupancy
  throw new UsageError(
    'OCCUPANCY_INVALID',
    `shares of states are ≥ 0 and sum to 1, not to ${sum}: ${occupancy.join(', ')}`,
  )
}

/**
 * Writes K(m) and verifies that it is a stochastic matrix.
 *
 * @throws {@link UsageError} `TRANSITIONS_INVALID`, naming the state: probabilities leave [0, 1] where a model is used
 *   outside the parameters that it is meant for.
 */
export function writeTransitions(model: PopulationModel, occupancy: Float64Array, matrix: Float64Array): void {
  model.transitionMatrix(occupancy, matrix)
  const states = occupancy.length
  for (let i = 0; i < states; i++) {
    let sum = 0
    let least = 0
    for (let j = 0; j < states; j++) {
      const probability = matrix[i * states + j]
      sum += probability
      if (!(probability >= least)) least = probability
    }
    if (!(Math.abs(sum - 1) <= TOLERANCE && least >= -TOLERANCE)) throw notStochastic(model, matrix, i)
  }
}

/** Writes mK into `next`. */
export function applyTransitions(occupancy: Float64Array, matrix: Float64Array, next: Float64Array): void {
  const states = occupancy.length
  for (let j = 0; j < states; j++) {
    let sum = 0
    for (let i = 0; i < states; i++) sum += occupancy[i] * matrix[i * states + j]
    next[j] = sum
  }
}

function notStochastic({ states }: PopulationModel, matrix: Float64Array, from: number): UsageError {
  const row = matrix.subarray(from * states.length, (from + 1) * states.length)
  const entries = states.map((state, to) => `${state} ${row[to]}`).join(', ')
  return new UsageError(
    'TRANSITIONS_INVALID',
    `the probabilities of leaving ${states[from]} must lie in [0, 1] and sum to 1: ${entries}`,
  )
}
