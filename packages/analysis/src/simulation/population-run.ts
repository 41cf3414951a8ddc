import { type Random, UsageError } from '@hearsay/core'
import type { PopulationModel } from '../mean-field/population-model.ts'
import { checkedOccupancy, writeTransitions } from '../mean-field/step.ts'
import { checkParameter } from '../numeric/check.ts'
import { binomial } from './binomial.ts'

/**
 * One random run of a population model: the stochastic process whose mean the mean fields approximate. Individuals in
 * one state are alike, so only their numbers are kept, and a step draws from one multinomial distribution per state:
 * its cost does not depend on N.
 */
export class PopulationRun {
  /** Individuals in each state. */
  readonly counts: Float64Array
  /** M(t) = counts/N. */
  readonly occupancy: Float64Array
  readonly #model: PopulationModel
  readonly #random: Random
  readonly #population: number
  readonly #matrix: Float64Array
  readonly #next: Float64Array
  #time = 0

  /**
   * @param start - M(0): shares that are whole numbers of individuals.
   * @param population - N, an integer ≥ 1.
   * @throws {@link UsageError} `OCCUPANCY_INVALID`, `PARAMETER_INVALID`.
   */
  constructor(model: PopulationModel, start: ArrayLike<number>, population: number, random: Random) {
    checkParameter('population', population, { min: 1, integer: true })
    this.#model = model
    this.#random = random
    this.#population = population
    this.counts = wholeCounts(checkedOccupancy(model, start), population)
    this.occupancy = this.counts.map((count) => count / population)
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
    this.#next.fill(0)
    for (let state = 0; state < this.counts.length; state++) this.#leave(state)
    this.counts.set(this.#next)
    for (let i = 0; i < this.counts.length; i++) this.occupancy[i] = this.counts[i] / this.#population
    this.#time++
  }

  /** Deals the individuals of a state out to the states after it: each target in turn, conditionally on those before. */
  #leave(state: number): void {
    const states = this.counts.length
    let individuals = this.counts[state]
    let left = 1
    for (let to = 0; to < states && individuals > 0; to++) {
      const probability = this.#matrix[state * states + to]
      if (to === state || !(probability > 0)) continue
      const moved = binomial(this.#random, individuals, left > probability ? probability / left : 1)
      this.#next[to] += moved
      individuals -= moved
      left -= probability
    }
    this.#next[state] += individuals
  }
}

function wholeCounts(start: Float64Array, population: number): Float64Array {
  const counts = start.map((share) => Math.round(share * population))
  const exact = start.every((share, i) => Math.abs(share * population - counts[i]) <= 1e-6)
  if (exact && counts.reduce((sum, count) => sum + count, 0) === population) return counts
  throw new UsageError(
    'OCCUPANCY_INVALID',
    `shares of ${population} individuals must be whole numbers of them: ${start.map((share) => share * population).join(', ')}`,
  )
}
