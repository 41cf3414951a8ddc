import { type Archive, UsageError } from '@hearsay/core'
import type { Kernels, Loss, PassPlan, RowRange } from '@hearsay/kernels'
import {
  agedBy,
  lossOf,
  type LinearLearnerOptions,
  type ModelShape,
  passPlan,
  type Shards,
  ShardTurns,
} from '@hearsay/learning'
import { type EpochsOptions, epochsOf } from './epochs.ts'
import type { LocalTraining } from './local-training.ts'

/** What FedProx adds to local epochs. */
export interface ProximalOptions extends EpochsOptions {
  /** μ ≥ 0: how strongly a client's model is held to the global one; 0 is FedAvg. */
  readonly mu: number
}

/**
 * Local epochs on the loss of a client's rows + ½μ‖w − w_global‖² (Li et al. 2020, FedProx, equation 2).
 *
 * After each step on a batch, v, the proximal term takes its own in closed form: w ← (v + ημ·w_global)/(1 + ημ). To first
 * order in ημ this is the gradient step w ← v − ημ(w − w_global), but it never overshoots, however large the first steps are.
 */
export class ProximalTraining implements LocalTraining {
  readonly shape: ModelShape
  readonly #kernels: Kernels
  readonly #turns: ShardTurns
  readonly #plan: PassPlan
  readonly #loss: Loss
  readonly #isSoftmax: boolean
  readonly #epochs: number
  readonly #mu: number
  readonly #batch: { rows: number; labels: number; count: number } = { rows: 0, labels: 0, count: 0 }

  /** @throws {@link UsageError} `EPOCHS`, `MU`, `ROWS_PER_UPDATE`, and those of `passPlan` when an option is out of its range. */
  constructor(kernels: Kernels, shards: Shards, learner: LinearLearnerOptions, options: ProximalOptions) {
    const { mu } = options
    if (!(mu >= 0 && Number.isFinite(mu))) throw new UsageError('MU', `μ is a finite number ≥ 0, not ${mu}`)
    this.shape = shards.shape
    this.#kernels = kernels
    this.#turns = new ShardTurns(shards, learner.rowsPerUpdate)
    this.#plan = passPlan(shards.shape, learner)
    this.#loss = lossOf(learner.model)
    this.#isSoftmax = learner.model === 'softmax'
    this.#epochs = epochsOf(options)
    this.#mu = mu
  }

  train(peer: number, model: number, age: number, update: number): number {
    const { words } = this.shape
    this.#kernels.copy(model, update, words)
    let trained = age
    for (let epoch = 0; epoch < this.#epochs; epoch++) trained = this.#trainEpoch(peer, model, trained, update)
    this.#kernels.axpy(-1, model, update, words)
    return trained - age
  }

  forget(peer: number): void {
    this.#turns.restart(peer)
  }

  persist(archive: Archive): void {
    this.#turns.persist(archive)
  }

  #trainEpoch(peer: number, model: number, age: number, w: number): number {
    const { rows, labels, count } = this.#turns.next(peer)
    const plan = this.#plan
    const batch = this.#batch
    for (let first = 0; first < count; first += plan.batch) {
      batch.rows = rows + first * plan.stride
      batch.labels = labels + first
      batch.count = Math.min(plan.batch, count - first)
      this.#step(w, age + first, batch)
      const eta = plan.decay ? plan.eta / (age + first + batch.count) : plan.eta
      this.#kernels.merge(w, w, 1, model, eta * this.#mu, this.shape.words)
    }
    return agedBy(age, count)
  }

  /** One step on one batch. */
  #step(w: number, age: number, batch: RowRange): void {
    const { classes, outputs, stride } = this.shape
    if (this.#isSoftmax) return this.#kernels.softmaxPass(this.#plan, classes, w, age, batch)
    for (let output = 0; output < outputs; output++) {
      const positive = outputs === 1 ? 1 : output
      this.#kernels.pass(this.#plan, this.#loss, w + output * stride, age, batch, positive)
    }
  }
}
