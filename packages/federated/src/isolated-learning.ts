import type { Archive, Context } from '@hearsay/core'
import { type Kernels, Rows } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import { Period, type PeriodOptions } from '@hearsay/protocols'
import type { LearningProtocol } from './learning-protocol.ts'

const TIMER_UPDATE = 0
const TIMER_TRAINED = 1

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
  /**
   * Milliseconds ≥ 0 that an update takes on a hosted peer, for hosts whose time is virtual. A peer whose update takes longer than its
   * period skips the periods that begin meanwhile.
   *
   * @defaultValue none
   */
  readonly trainingMs?: ((peer: number) => number) | undefined
}

/** Every peer trains its own model on its own rows, once a period, and tells nobody: what learning together is worth. */
export class IsolatedLearning implements LearningProtocol {
  readonly ages: Float64Array
  /** Rows that each hosted peer has trained on, each as often as it was. */
  readonly steps: Float64Array
  /** Updates of each hosted peer. */
  readonly trainings: Float64Array
  readonly #kernels: Kernels
  readonly #learner: Learner
  readonly #models: Rows
  readonly #period: Period
  readonly #trainingMs: ((peer: number) => number) | undefined
  /** 1 while an update of a peer is under way. */
  readonly #isTraining: Uint8Array

  /** @throws {@link UsageError} `PERIOD`, `JITTER` when an option is out of its range. */
  constructor(options: IsolatedLearningOptions) {
    const { peers, kernels, learner } = options
    this.ages = new Float64Array(peers)
    this.steps = new Float64Array(peers)
    this.trainings = new Float64Array(peers)
    this.#kernels = kernels
    this.#learner = learner
    this.#models = new Rows(kernels.memory, peers, learner.shape.words)
    this.#period = new Period(options, options.periodFactors)
    this.#trainingMs = options.trainingMs
    this.#isTraining = new Uint8Array(peers)
  }

  model(peer: number): number {
    return this.#models.offset(peer)
  }

  onStart(context: Context): void {
    this.#isTraining[context.self] = 0
    context.setTimer(TIMER_UPDATE, this.#period.phase(context))
  }

  onTimeout(context: Context, timer: number): void {
    const { self } = context
    if (timer === TIMER_TRAINED) return this.#update(self)
    if (this.#trainingMs === undefined) {
      this.#update(self)
    } else if (this.#isTraining[self] === 0) {
      this.#isTraining[self] = 1
      context.setTimer(TIMER_TRAINED, this.#trainingMs(self))
    }
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
    archive.array(this.trainings)
    archive.array(this.#isTraining)
    this.#learner.persist?.(archive)
  }

  #update(peer: number): void {
    const before = this.ages[peer]
    this.ages[peer] = this.#learner.update(peer, this.model(peer), before)
    this.steps[peer] += this.ages[peer] - before
    this.trainings[peer]++
    this.#isTraining[peer] = 0
  }
}
