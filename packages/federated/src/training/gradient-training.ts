import { type Archive, UsageError } from '@hearsay/core'
import { BATCH_MAX, type Kernels } from '@hearsay/kernels'
import { LinearLearner, type LinearLearnerOptions, type ModelShape, type Shards } from '@hearsay/learning'
import type { LocalTraining } from './local-training.ts'

/**
 * FedSGD (McMahan et al. 2017, §2): an update is −∇ of the mean loss over all rows of the client, or the next
 * `rowsPerUpdate` of them, without regularisation. The server takes the step; see `GradientRule`.
 */
export class GradientTraining implements LocalTraining {
  readonly shape: ModelShape
  readonly #kernels: Kernels
  /** One step of size 1 over a whole shard: w − Σ∇. */
  readonly #learner: LinearLearner

  /** @throws {@link UsageError} `BATCH` where that is more than a batch of the kernels can be. */
  constructor(kernels: Kernels, shards: Shards, options: Pick<LinearLearnerOptions, 'model' | 'rowsPerUpdate'>) {
    const { model, rowsPerUpdate = Number.POSITIVE_INFINITY } = options
    const batch = Math.max(1, Math.min(shards.sizeMax, Math.floor(rowsPerUpdate)))
    if (batch > BATCH_MAX) {
      const problem = `FedSGD takes a shard as one batch of at most ${BATCH_MAX} rows, not ${batch}`
      throw new UsageError('BATCH', `${problem}: bound rowsPerUpdate`)
    }
    this.shape = shards.shape
    this.#kernels = kernels
    const step = { lambda: 0, eta: 1, decay: false, batch }
    this.#learner = new LinearLearner(kernels, shards, { model, rowsPerUpdate, ...step })
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

  forget(peer: number): void {
    this.#learner.forget(peer)
  }

  persist(archive: Archive): void {
    this.#learner.persist(archive)
  }
}
