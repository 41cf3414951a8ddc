import { type Archive, UsageError } from '@hearsay/core'
import type { Learner } from '@hearsay/learning'
import type { Trainer } from './trainer.ts'

/** How long training takes on the devices that a simulation is about. */
export interface TrainingCost {
  /** Milliseconds for each row, each as often as it is trained on, ≥ 0. */
  readonly msPerRow: number
  /**
   * Milliseconds for each update beside that, ≥ 0.
   *
   * @defaultValue 0
   */
  readonly msPerUpdate?: number | undefined
}

/** Training for simulated peers: it is done at once, and its result is there when the virtual time that it costs has passed. */
export class VirtualTrainer implements Trainer {
  /** Never needed: a result is ready when it is said to be. */
  readonly retryMs = 1
  readonly #learner: Pick<Learner, 'update'>
  readonly #msPerRow: number
  readonly #msPerUpdate: number
  readonly #ages: Float64Array

  /** @throws {@link UsageError} `TRAINING_COST` where a cost is not a finite number ≥ 0. */
  constructor(peers: number, learner: Pick<Learner, 'update'>, { msPerRow, msPerUpdate = 0 }: TrainingCost) {
    for (const cost of [msPerRow, msPerUpdate]) {
      if (!(cost >= 0 && Number.isFinite(cost))) {
        throw new UsageError('TRAINING_COST', `training costs a finite number of milliseconds ≥ 0, not ${cost}`)
      }
    }
    this.#learner = learner
    this.#msPerRow = msPerRow
    this.#msPerUpdate = msPerUpdate
    this.#ages = new Float64Array(peers)
  }

  begin(peer: number, model: number, age: number): number {
    this.#ages[peer] = this.#learner.update(peer, model, age)
    return this.#msPerUpdate + this.#msPerRow * (this.#ages[peer] - age)
  }

  result(peer: number): number {
    return this.#ages[peer]
  }

  cancel(): void {}

  persist(archive: Archive): void {
    archive.array(this.#ages)
  }
}
