import type { Context, Message } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Learner, PartMerge } from '@hearsay/learning'
import { MODEL, type ModelExchange } from './model-exchange.ts'
import type { ModelFormat } from './model-format.ts'
import { ModelParts, type Selection } from './model-parts.ts'
import type { PeerModels } from './peer-models.ts'
import { WeightCoder } from './weight-coder.ts'
import { SubsetIndices } from './weight-indices.ts'

/**
 * Subsampled ("slim") models (Hegedűs, Danner, Jelasity 2021): each message carries a random subset of the weights and
 * the seed that names it. Only those are merged, by the ages of the models; the whole model is then updated.
 */
export class SubsampledExchange implements ModelExchange {
  readonly parts = 1
  readonly #models: PeerModels
  readonly #learner: Learner
  readonly #words: number
  readonly #subset: SubsetIndices
  readonly #selection: Selection
  readonly #parts: ModelParts
  readonly #coder: WeightCoder

  constructor(kernels: Kernels, format: ModelFormat, models: PeerModels, learner: Learner, merge: PartMerge) {
    const count = format.count(0)
    this.#models = models
    this.#learner = learner
    this.#words = format.words(0)
    this.#subset = new SubsetIndices(format)
    this.#selection = { indices: this.#subset.indices, first: 0, count }
    this.#parts = new ModelParts(kernels, merge, count)
    this.#coder = new WeightCoder(kernels, format.weights, count)
  }

  choosePart(): number {
    return 0
  }

  receive(self: number, message: Message): boolean {
    const models = this.#models
    const receivedAge = message.stamp
    const age = models.ages[self]
    const model = models.succeed(self)
    const received = this.#coder.decode(message.offset, this.#selection.count)
    this.#subset.select(message.value)
    const merged = this.#parts.merge(model, this.#selection, received, receivedAge, age)
    models.ages[self] = this.#learner.update(self, model, merged)
    return receivedAge >= age
  }

  send(context: Context, to: number): void {
    const self = context.self
    const seed = context.random.uint32()
    this.#subset.select(seed)
    const taken = this.#parts.take(this.#models.current(self), this.#selection)
    const payload = this.#coder.encode(taken, this.#selection.count)
    context.send(to, MODEL, seed, this.#models.ages[self], payload, this.#words)
  }

  forget(): void {}

  persist(): void {}
}
