import type { Archive, Context } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import { Period, type PeriodOptions } from '@hearsay/protocols'
import type { LearningProtocol } from './learning-protocol.ts'

const TIMER_UPDATE = 0

/** What a {@link CentralisedLearning} needs. */
export interface CentralisedLearningOptions extends PeriodOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly kernels: Kernels
  /** A learner over one shard, number 0, that holds all rows; with `rowsPerUpdate`, a period trains on so many of them. */
  readonly learner: Learner
  /**
   * The peer that trains.
   *
   * @defaultValue 0
   */
  readonly server?: number | undefined
}

/**
 * One model on all rows, as if they could be brought together: the server trains it once a period, and it is the model of
 * every peer. Nothing is sent. Where a run is spread over several hosts, only the server's knows the model.
 */
export class CentralisedLearning implements LearningProtocol {
  /** Rows that each hosted peer has trained on, each as often as it was. */
  readonly steps: Float64Array
  readonly #ages: Float64Array
  readonly #kernels: Kernels
  readonly #learner: Learner
  readonly #server: number
  readonly #model: number
  readonly #period: Period
  #age = 0

  /** @throws {@link UsageError} `PERIOD`, `JITTER` when an option is out of its range. */
  constructor(options: CentralisedLearningOptions) {
    const { peers, kernels, learner, server = 0 } = options
    this.steps = new Float64Array(peers)
    this.#ages = new Float64Array(peers)
    this.#kernels = kernels
    this.#learner = learner
    this.#server = server
    this.#model = kernels.memory.allocate(learner.shape.words)
    this.#period = new Period(options)
  }

  /** All the same. */
  get ages(): Float64Array {
    return this.#ages.fill(this.#age)
  }

  model(_peer: number): number {
    return this.#model
  }

  onStart(context: Context): void {
    if (context.self === this.#server) context.setTimer(TIMER_UPDATE, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    const before = this.#age
    this.#age = this.#learner.update(0, this.#model, before)
    this.steps[context.self] += this.#age - before
    context.setTimer(TIMER_UPDATE, this.#period.next(context))
  }

  onMessage(): void {}

  onForget({ self }: Context): void {
    if (self !== this.#server) return
    this.#kernels.memory.float32.fill(0, this.#model, this.#model + this.#learner.shape.words)
    this.#age = 0
    this.#learner.forget?.(0)
  }

  persist(archive: Archive): void {
    archive.array(this.steps)
    this.#age = archive.number(this.#age)
    this.#learner.persist?.(archive)
  }
}
