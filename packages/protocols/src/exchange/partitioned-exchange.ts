import type { Archive, Context, Message } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { agedBy, type Learner, type PartMerge } from '@hearsay/learning'
import { MODEL, type ModelExchange } from './model-exchange.ts'
import type { ModelFormat } from './model-format.ts'
import { ModelParts, type Selection } from './model-parts.ts'
import type { PeerModels } from './peer-models.ts'
import { WeightCoder } from './weight-coder.ts'
import { PartIndices } from './weight-indices.ts'

/**
 * Partitioned models (Hegedűs, Danner, Jelasity 2021): each message carries one of S fixed parts with the age of that part.
 * Only that part is merged, by the ages of the two parts; the whole model is then updated, and every part ages. The age
 * of a model, which its steps follow, is that of its oldest part. In a period a random part has its turn; a reaction
 * sends on the part that it reacts to.
 */
export class PartitionedExchange implements ModelExchange {
  readonly parts: number
  readonly #models: PeerModels
  readonly #learner: Learner
  readonly #format: ModelFormat
  readonly #indices: PartIndices
  readonly #selection: Selection
  readonly #parts: ModelParts
  readonly #coder: WeightCoder
  /** Age of each part, peer by peer. */
  readonly #ages: Float64Array

  constructor(
    peers: number,
    kernels: Kernels,
    format: ModelFormat,
    models: PeerModels,
    learner: Learner,
    merge: PartMerge,
  ) {
    const countMax = format.count(0)
    this.parts = format.parts
    this.#models = models
    this.#learner = learner
    this.#format = format
    this.#indices = new PartIndices(format)
    this.#selection = { indices: this.#indices.indices, first: 0, count: 0 }
    this.#parts = new ModelParts(kernels, merge, countMax)
    this.#coder = new WeightCoder(kernels, format.weights, countMax)
    this.#ages = new Float64Array(peers * format.parts)
  }

  choosePart(context: Context): number {
    return context.random.below(this.parts)
  }

  receive(self: number, message: Message): boolean {
    const models = this.#models
    const part = message.value
    const receivedAge = message.stamp
    const at = self * this.parts + part
    const age = this.#ages[at]
    const model = models.succeed(self)
    this.#select(part)
    const received = this.#coder.decode(message.offset, this.#selection.count)
    this.#ages[at] = this.#parts.merge(model, this.#selection, received, receivedAge, age)
    this.#update(self, model, Math.max(models.ages[self], this.#ages[at]))
    return receivedAge >= age
  }

  send(context: Context, to: number, part: number): void {
    const self = context.self
    this.#select(part)
    const taken = this.#parts.take(this.#models.current(self), this.#selection)
    const payload = this.#coder.encode(taken, this.#selection.count)
    context.send(to, MODEL, part, this.#ages[self * this.parts + part], payload, this.#format.words(part))
  }

  forget(peer: number): void {
    this.#ages.fill(0, peer * this.parts, (peer + 1) * this.parts)
  }

  persist(archive: Archive): void {
    archive.array(this.#ages)
  }

  #select(part: number): void {
    const { starts } = this.#indices
    this.#selection.first = starts[part]
    this.#selection.count = starts[part + 1] - starts[part]
  }

  #update(self: number, model: number, age: number): void {
    const next = this.#learner.update(self, model, age)
    const rows = next - age
    const first = self * this.parts
    for (let at = first; at < first + this.parts; at++) this.#ages[at] = agedBy(this.#ages[at], rows)
    this.#models.ages[self] = next
  }
}
