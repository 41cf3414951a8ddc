import { randomStream } from '@hearsay/core'
import type { Observable } from '../mean-field/observable.ts'
import type { PopulationModel } from '../mean-field/population-model.ts'
import { checkParameter } from '../numeric/check.ts'
import { Ensemble } from './ensemble.ts'
import { PopulationRun } from './population-run.ts'

/** What {@link PopulationSimulation} takes. */
export interface PopulationSimulationOptions {
  /** M(0): shares that are whole numbers of individuals. */
  readonly start: ArrayLike<number>
  /** Length of a run, an integer ≥ 0. */
  readonly steps: number
  /** N, an integer ≥ 1. */
  readonly population: number
  /** A safe integer ≥ 0. Run r draws from stream r of this seed. */
  readonly seed: number
  readonly observables: readonly Observable[]
}

/** Repeated runs of a population model, and what its observables were on average. */
export class PopulationSimulation {
  /** One per observable, over the times 0 … steps. */
  readonly ensembles: readonly Ensemble[]
  readonly #model: PopulationModel
  readonly #options: PopulationSimulationOptions
  readonly #series: readonly Float64Array[]
  #runs = 0

  /** @throws {@link UsageError} `PARAMETER_INVALID`. */
  constructor(model: PopulationModel, options: PopulationSimulationOptions) {
    checkParameter('steps', options.steps, { min: 0, integer: true })
    this.#model = model
    this.#options = options
    this.ensembles = options.observables.map(() => new Ensemble(options.steps + 1))
    this.#series = options.observables.map(() => new Float64Array(options.steps + 1))
  }

  /** Runs completed. */
  get runs(): number {
    return this.#runs
  }

  /**
   * Runs the next run.
   *
   * @returns The run at its last step.
   * @throws {@link UsageError} `OCCUPANCY_INVALID`, `TRANSITIONS_INVALID`, `PARAMETER_INVALID`, `SEED_INVALID`.
   */
  run(): PopulationRun {
    const { start, steps, population, seed, observables } = this.#options
    const run = new PopulationRun(this.#model, start, population, randomStream(seed, this.#runs))
    for (let time = 0; time <= steps; time++) {
      if (time > 0) run.step()
      for (let i = 0; i < observables.length; i++) this.#series[i][time] = observables[i].value(run.occupancy)
    }
    for (let i = 0; i < observables.length; i++) this.ensembles[i].add(this.#series[i])
    this.#runs++
    return run
  }
}
