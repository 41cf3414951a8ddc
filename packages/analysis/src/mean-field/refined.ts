import { checkParameter } from '../numeric/check.ts'
import type { Observable } from './observable.ts'
import type { SmoothPopulationModel } from './population-model.ts'
import { applyTransitions, checkedOccupancy, writeTransitions } from './step.ts'

/**
 * The refined mean field of a synchronous population model (Gast, Latella, Massink, "A refined mean field approximation
 * of synchronous discrete-time population models", 2020, Theorem 1): the classic one, and what a population of N adds
 * to it in the order of 1/N.
 *
 * With φ(m) = mK(m), its derivatives J and H at m(t), and Γ(m) = Σᵢ mᵢ(diag(Kᵢ) − KᵢᵀKᵢ), the covariance of one step:
 *
 * C(t + 1) = J·C + ½H:D, D(t + 1) = Γ + J·D·Jᵀ, C(0) = D(0) = 0; E[h(M)] ≈ h(m) + (∇h·C + ½∇²h:D)/N, Cov[M] ≈ D/N.
 *
 * A start is thus the same in every population: nothing of it is random.
 */
export class RefinedMeanField {
  /** m(t), advanced in place. */
  readonly occupancy: Float64Array
  /** C(t): N times what is to be added to the shares. */
  readonly correction: Float64Array
  /** D(t), S × S: N times the covariance of the shares. */
  readonly covariance: Float64Array
  readonly #model: SmoothPopulationModel
  readonly #matrix: Float64Array
  readonly #jacobian: Float64Array
  readonly #hessian: Float64Array
  readonly #product: Float64Array
  readonly #gradient: Float64Array
  readonly #next: Float64Array
  #time = 0

  /**
   * @param start - m(0), copied.
   * @throws {@link UsageError} `OCCUPANCY_INVALID`.
   */
  constructor(model: SmoothPopulationModel, start: ArrayLike<number>) {
    const states = start.length
    this.#model = model
    this.occupancy = checkedOccupancy(model, start)
    this.correction = new Float64Array(states)
    this.covariance = new Float64Array(states * states)
    this.#matrix = new Float64Array(states * states)
    this.#jacobian = new Float64Array(states * states)
    this.#hessian = new Float64Array(states * states * states)
    this.#product = new Float64Array(states * states)
    this.#gradient = new Float64Array(states)
    this.#next = new Float64Array(states)
  }

  /** Steps taken. */
  get time(): number {
    return this.#time
  }

  /** @throws {@link UsageError} `TRANSITIONS_INVALID`. */
  step(): void {
    const { occupancy } = this
    this.#model.jacobian(occupancy, this.#jacobian)
    this.#model.hessian(occupancy, this.#hessian)
    writeTransitions(this.#model, occupancy, this.#matrix)
    this.#stepCorrection()
    this.#stepCovariance()
    applyTransitions(occupancy, this.#matrix, this.#next)
    occupancy.set(this.#next)
    this.#time++
  }

  /**
   * E[h] in a population of N, to the order of 1/N.
   *
   * @param population - N. ∞ gives the classic mean field.
   */
  expectation(observable: Observable, population: number): number {
    const size = this.occupancy.length
    observable.gradient(this.occupancy, this.#gradient)
    observable.hessian(this.occupancy, this.#product)
    let sum = 0
    for (let l = 0; l < size; l++) sum += this.#gradient[l] * this.correction[l]
    return observable.value(this.occupancy) + (sum + contract(this.#product, 0, this.covariance) / 2) / population
  }

  /** The standard deviation of h in a population of N, to the leading order: √(∇h·D·∇hᵀ/N). */
  standardDeviation(observable: Observable, population: number): number {
    const size = this.occupancy.length
    observable.gradient(this.occupancy, this.#gradient)
    let sum = 0
    for (let k = 0; k < size; k++) {
      for (let l = 0; l < size; l++) sum += this.#gradient[k] * this.covariance[k * size + l] * this.#gradient[l]
    }
    return Math.sqrt(Math.max(0, sum) / population)
  }

  /** C ← J·C + ½H:D, while D is still that of this step. */
  #stepCorrection(): void {
    const size = this.occupancy.length
    for (let j = 0; j < size; j++) {
      let sum = 0
      for (let l = 0; l < size; l++) sum += this.#jacobian[j * size + l] * this.correction[l]
      this.#next[j] = sum + contract(this.#hessian, j * size * size, this.covariance) / 2
    }
    this.correction.set(this.#next)
  }

  /** D ← Γ + J·D·Jᵀ. */
  #stepCovariance(): void {
    const size = this.occupancy.length
    multiply(this.#jacobian, this.covariance, this.#product, size)
    for (let j = 0; j < size; j++) {
      for (let k = j; k < size; k++) {
        let sum = this.#noise(j, k)
        for (let l = 0; l < size; l++) sum += this.#product[j * size + l] * this.#jacobian[k * size + l]
        this.covariance[j * size + k] = sum
        this.covariance[k * size + j] = sum
      }
    }
  }

  /** Γ_jk, the multinomial covariance of one step from m(t). */
  #noise(j: number, k: number): number {
    const size = this.occupancy.length
    let sum = 0
    for (let i = 0; i < size; i++) {
      const probability = this.#matrix[i * size + j]
      sum += this.occupancy[i] * probability * ((j === k ? 1 : 0) - this.#matrix[i * size + k])
    }
    return sum
  }
}

/** What {@link refinedMeanField} returns for an observable, at the times 0 … steps. */
export interface RefinedSeries {
  readonly expectation: Float64Array
  readonly standardDeviation: Float64Array
}

/**
 * Observables along the refined mean field of a population of N.
 *
 * @param steps - An integer ≥ 0.
 * @param population - N ≥ 1.
 * @throws {@link UsageError} `OCCUPANCY_INVALID`, `TRANSITIONS_INVALID`, `PARAMETER_INVALID`.
 */
export function refinedMeanField(
  model: SmoothPopulationModel,
  start: ArrayLike<number>,
  steps: number,
  population: number,
  observables: readonly Observable[],
): RefinedSeries[] {
  checkParameter('steps', steps, { min: 0, integer: true })
  checkParameter('population', population, { min: 1 })
  const field = new RefinedMeanField(model, start)
  const series = observables.map(() => ({
    expectation: new Float64Array(steps + 1),
    standardDeviation: new Float64Array(steps + 1),
  }))
  for (let time = 0; time <= steps; time++) {
    if (time > 0) field.step()
    for (let i = 0; i < observables.length; i++) {
      series[i].expectation[time] = field.expectation(observables[i], population)
      series[i].standardDeviation[time] = field.standardDeviation(observables[i], population)
    }
  }
  return series
}

/** Σ_kl tensor_kl·D_kl for the S × S block of the tensor at `offset`. */
function contract(tensor: Float64Array, offset: number, covariance: Float64Array): number {
  let sum = 0
  for (let i = 0; i < covariance.length; i++) sum += tensor[offset + i] * covariance[i]
  return sum
}

function multiply(left: Float64Array, right: Float64Array, product: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) {
    for (let l = 0; l < size; l++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += left[j * size + k] * right[k * size + l]
      product[j * size + l] = sum
    }
  }
}
