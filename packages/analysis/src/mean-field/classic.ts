import { checkParameter } from '../numeric/check.ts'
import type { Observable } from './observable.ts'
import type { PopulationModel } from './population-model.ts'
import { applyTransitions, checkedOccupancy, writeTransitions } from './step.ts'

/** The classic mean field m(t + 1) = m(t)·K(m(t)): the limit of the population for N → ∞ (Benaïm and Le Boudec 2008). */
export class ClassicMeanField {
  /** m(t), advanced in place. */
  readonly occupancy: Float64Array
  readonly #model: PopulationModel
  readonly #matrix: Float64Array
  readonly #next: Float64Array
  #time = 0

  /**
   * @param start - m(0), copied.
   * @throws {@link UsageError} `OCCUPANCY_INVALID`.
   */
  constructor(model: PopulationModel, start: ArrayLike<number>) {
    this.#model = model
    this.occupancy = checkedOccupancy(model, start)
    this.#matrix = new Float64Array(start.length * start.length)
    this.#next = new Float64Array(start.length)
  }

  /** Steps taken. */
  get time(): number {
    return this.#time
  }

  /** @throws {@link UsageError} `TRANSITIONS_INVALID`. */
  step(): void {
    writeTransitions(this.#model, this.occupancy, this.#matrix)
    applyTransitions(this.occupancy, this.#matrix, this.#next)
    this.occupancy.set(this.#next)
    this.#time++
  }
}

/**
 * Observables along the classic mean field.
 *
 * @param steps - An integer ≥ 0.
 * @returns For each observable its values at the times 0 … steps.
 * @throws {@link UsageError} `OCCUPANCY_INVALID`, `TRANSITIONS_INVALID`, `PARAMETER_INVALID`.
 */
export function classicMeanField(
  model: PopulationModel,
  start: ArrayLike<number>,
  steps: number,
  observables: readonly Observable[],
): Float64Array[] {
  checkParameter('steps', steps, { min: 0, integer: true })
  const field = new ClassicMeanField(model, start)
  const series = observables.map(() => new Float64Array(steps + 1))
  for (let time = 0; time <= steps; time++) {
    if (time > 0) field.step()
    for (let i = 0; i < observables.length; i++) series[i][time] = observables[i].value(field.occupancy)
  }
  return series
}
