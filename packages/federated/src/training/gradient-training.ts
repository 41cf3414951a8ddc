import { UsageError } from '@hearsay/core'
import { BATCH_MAX, type Kernels } from '@hearsay/kernels'
import { LinearLearner, type LinearLearnerOptions, type ModelShape, type Shards } from '@hearsay/learning'
import type { LocalTraining } from './local-training.ts'

/**
 * FedSGD (McMahan et al. 2017, §2): an update is −∇ of the mean loss over all rows of the client, without regularisation. The
 * server takes the step; see `GradientRule`.
 */
export class GradientTraining implements LocalTraining {
  readonly shape: ModelShape
  readonly #kernels: Kernels
  /** One step of size 1 over a whole shard: w − Σ∇. */
  readonly #learner: LinearLearner

  /** @throws {@link UsageError} `BATCH` where a shard is larger than a batch of the kernels can be. */
  constructor(kernels: Kernels, shards: Shards, { model }: Pick<LinearLearnerOptions, 'model'>) {
    const batch = Math.max(1, shards.sizeMax)
    if (batch > BATCH_MAX) {
      throw new UsageError('BATCH', `FedSGD takes a shard as one batch of at most ${BATCH_MAX} rows, not ${batch}`)
    }
    this.shape = shards.shape
    this.#kernels = kernels
    this.#learner = new LinearLearner(kernels, shards, { model, lambda: 0, eta: 1, decay: false, batch })
  }

  train(peer: number, model: number, _age: number, update: number): number {
    const { words } = this.shape
    this.#kernels.copy(model, update, words)
    const rows = this.#learner.update(peer, update, 0)
    if (rows === 0) return 0
    this.#kernels.axpy(-1, model, update, words)
    this.#kernels.scale(1 / rows, update, words)
    return rows
  }
}
