import { type Archive, UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Learner, ModelShape } from '@hearsay/learning'
import type { DeferrableLearner } from './deferrable-learner.ts'

/**
 * The learner of a protocol whose training is done elsewhere: where the protocol asks for a model to be trained, it gives the one
 * that has been, and nothing else.
 */
export class TrainedLearner implements Learner {
  readonly shape: ModelShape
  readonly #kernels: Kernels
  readonly #learner: DeferrableLearner
  readonly #isMerged: boolean
  #ready = -1
  #readyAge = 0

  constructor(kernels: Kernels, learner: DeferrableLearner, isMerged: boolean) {
    this.shape = learner.shape
    this.#kernels = kernels
    this.#learner = learner
    this.#isMerged = isMerged
  }

  get initial(): number | undefined {
    return this.#learner.initial
  }

  /** Runs a handler that asks for the trained model at `model` once. */
  supply(model: number, age: number, handler: () => void): void {
    this.#ready = model
    this.#readyAge = age
    try {
      handler()
    } finally {
      this.#ready = -1
    }
  }

  update(_peer: number, model: number, _age: number): number {
    return this.#take(model)
  }

  create(
    _peer: number,
    target: number,
    received: number,
    _receivedAge: number,
    partner: number,
    _partnerAge: number,
    replacePartner: boolean,
  ): number {
    if (replacePartner && this.#isMerged) {
      throw new UsageError('MERGE_WITH', "deferred training merges with the current model: set mergeWith to 'current'")
    }
    if (replacePartner) this.#kernels.copy(received, partner, this.shape.words)
    return this.#take(target)
  }

  forget(peer: number): void {
    this.#learner.forget?.(peer)
  }

  persist(archive: Archive): void {
    this.#learner.persist?.(archive)
  }

  #take(target: number): number {
    if (this.#ready < 0) {
      throw new UsageError(
        'NOT_TRAINED',
        'deferred training trains one model for each message of the kind that it defers',
      )
    }
    this.#kernels.copy(this.#ready, target, this.shape.words)
    this.#ready = -1
    return this.#readyAge
  }
}
