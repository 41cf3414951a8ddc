import type { Archive, Context } from '@hearsay/core'
import { type Kernels, Rows } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import { Period, type PeriodOptions } from '@hearsay/protocols'
import type { LearningProtocol } from './learning-protocol.ts'

const TIMER_UPDATE = 0

/** What an {@link IsolatedLearning} needs. */
export interface IsolatedLearningOptions extends PeriodOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly kernels: Kernels
  readonly learner: Learner
  /**
   * How much longer each hosted peer's period is than Δ, > 0.
   *
   * @defaultValue 1 for every peer
   */
  readonly periodFactors?: Float64Array | undefined
}

/** Every peer trains its own model on its own rows, once a period, and tells nobody: what learning together is worth. */
export class IsolatedLearning implements LearningProtocol {
  readonly ages: Float64Array
  /** Rows that each hosted peer has trained on, each as often as it was. */
  readonly steps: Float64Array
  readonly #kernels: Kernels
  readonly #learner: Learner
  readonly #models: Rows
  readonly #period: Period

  /** @throws {@link UsageError} `PERIOD`, `JITTER` when an option is out of its range. */
  constructor(options: IsolatedLearningOptions) {
    const { peers, kernels, learner } = options
    this.ages = new Float64Array(peers)
    this.steps = new Float64Array(peers)
    this.#kernels = kernels
    this.#learner = learner
    this.#models = new Rows(kernels.memory, peers, learner.shape.words)
    this.#period = new Period(options, options.periodFactors)
  }

  model(peer: number): number {
    return this.#models.offset(peer)
  }

  onStart(context: Context): void {
    context.setTimer(TIMER_UPDATE, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    const { self } = context
    const before = this.ages[self]
    this.ages[self] = this.#learner.update(self, this.model(self), before)
    this.steps[self] += this.ages[self] - before
    context.setTimer(TIMER_UPDATE, this.#period.next(context))
  }

  onMessage(): void {}

  onForget({ self }: Context): void {
    const model = this.model(self)
    this.#kernels.memory.float32.fill(0, model, model + this.#learner.shape.words)
    this.ages[self] = 0
    this.#learner.forget?.(self)
  }

  persist(archive: Archive): void {
    archive.array(this.ages)
    archive.array(this.steps)
    this.#learner.persist?.(archive)
  }
}
