import type { Archive } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Learner, ModelShape } from '@hearsay/learning'
import { type EpochsOptions, epochsOf } from './epochs.ts'
import type { LocalTraining } from './local-training.ts'

/**
 * E local epochs of any learner (McMahan et al. 2017, algorithm 1, ClientUpdate): an update is w_k − w. The batch B is the
 * learner's own.
 */
export class EpochTraining implements LocalTraining {
  readonly shape: ModelShape
  readonly #kernels: Kernels
  readonly #learner: Learner
  readonly #epochs: number
  readonly #words: number

  /** @throws {@link UsageError} `EPOCHS`. */
  constructor(kernels: Kernels, learner: Learner, options: EpochsOptions = {}) {
    this.shape = learner.shape
    this.#kernels = kernels
    this.#learner = learner
    this.#epochs = epochsOf(options)
    this.#words = learner.shape.words
  }

  get initial(): number | undefined {
    return this.#learner.initial
  }

  train(peer: number, model: number, age: number, update: number): number {
    const kernels = this.#kernels
    kernels.copy(model, update, this.#words)
    let trained = age
    for (let epoch = 0; epoch < this.#epochs; epoch++) trained = this.#learner.update(peer, update, trained)
    kernels.axpy(-1, model, update, this.#words)
    return trained - age
  }

  forget(peer: number): void {
    this.#learner.forget?.(peer)
  }

  persist(archive: Archive): void {
    this.#learner.persist?.(archive)
  }
}
