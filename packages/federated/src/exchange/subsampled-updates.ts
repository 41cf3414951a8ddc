import type { Archive, Message, Random } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { ModelShape } from '@hearsay/learning'
import { type ModelFormat, SubsetIndices, WeightCoder, weightIndices } from '@hearsay/protocols'
import { updateRows, updateSeed } from '../messages.ts'
import type { UpdateExchange } from './update-exchange.ts'

/**
 * Updates that carry a random subset of the weights, drawn anew by each client from a seed in the header (the random mask of
 * Konečný et al. 2016). Each weight's mean is taken over those updates that carry it (Hegedűs, Danner, Jelasity 2021).
 */
export class SubsampledUpdates implements UpdateExchange {
  readonly words: number
  readonly #kernels: Kernels
  readonly #count: number
  readonly #all: Int32Array
  readonly #subset: SubsetIndices
  readonly #coder: WeightCoder
  readonly #row: number
  readonly #mean: number
  /** For each word of a model: the sum of what was sent, weighted by rows, and the sum of the rows. */
  readonly #sums: Float64Array
  readonly #rows: Float64Array

  constructor(kernels: Kernels, shape: ModelShape, format: ModelFormat) {
    const { memory } = kernels
    this.#kernels = kernels
    this.#count = format.count(0)
    this.words = format.words(0)
    this.#all = weightIndices(format)
    this.#subset = new SubsetIndices(format)
    this.#coder = new WeightCoder(kernels, format.weights, this.#count)
    this.#row = memory.allocate(this.#count)
    this.#mean = memory.allocate(shape.words)
    this.#sums = new Float64Array(shape.words)
    this.#rows = new Float64Array(shape.words)
  }

  drawSeed(random: Random): number {
    return random.uint32()
  }

  encode(update: number, seed: number): number {
    const { float32 } = this.#kernels.memory
    const { indices } = this.#subset
    this.#subset.select(seed)
    for (let i = 0; i < this.#count; i++) float32[this.#row + i] = float32[update + indices[i]]
    return this.#coder.encode(this.#row, this.#count)
  }

  receive(message: Message): void {
    const row = this.#coder.decode(message.offset, this.#count)
    const rows = updateRows(message.value)
    const { float32 } = this.#kernels.memory
    const { indices } = this.#subset
    this.#subset.select(updateSeed(message.value))
    for (let i = 0; i < this.#count; i++) {
      this.#sums[indices[i]] += rows * float32[row + i]
      this.#rows[indices[i]] += rows
    }
  }

  add(update: number, rows: number): void {
    const { float32 } = this.#kernels.memory
    for (const index of this.#all) {
      this.#sums[index] += rows * float32[update + index]
      this.#rows[index] += rows
    }
  }

  mean(): number {
    const { float32 } = this.#kernels.memory
    for (const index of this.#all) {
      const rows = this.#rows[index]
      float32[this.#mean + index] = rows === 0 ? 0 : this.#sums[index] / rows
    }
    return this.#mean
  }

  clear(): void {
    this.#sums.fill(0)
    this.#rows.fill(0)
  }

  persist(archive: Archive): void {
    archive.array(this.#sums)
    archive.array(this.#rows)
  }
}
