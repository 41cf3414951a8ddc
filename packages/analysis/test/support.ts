import { ClassicMeanField, type SmoothPopulationModel } from '../src/index.ts'

/** One step φ(m) of a model, as the classic mean field takes it, for a start that need not sum to 1. */
export function stepOf(model: SmoothPopulationModel, occupancy: Float64Array): Float64Array {
  const size = occupancy.length
  const matrix = new Float64Array(size * size)
  model.transitionMatrix(occupancy, matrix)
  return occupancy.map((_, j) => occupancy.reduce((sum, share, i) => sum + share * matrix[i * size + j], 0))
}

export function classicAfter(model: SmoothPopulationModel, start: ArrayLike<number>, steps: number): Float64Array {
  const field = new ClassicMeanField(model, start)
  while (field.time < steps) field.step()
  return field.occupancy
}

/** Mean and standard error of a sample. */
export function summarise(values: readonly number[]): { mean: number; standardError: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) }
}
