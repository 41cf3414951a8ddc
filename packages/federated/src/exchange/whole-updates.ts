import type { Archive, Message } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { ModelShape } from '@hearsay/learning'
import type { WeightEncoding } from '@hearsay/protocols'
import { updateRows } from '../messages.ts'
import type { UpdateExchange } from './update-exchange.ts'
import { VectorCoder } from './vector-coder.ts'

/** Updates that carry all weights, as they are or in fewer bytes. */
export class WholeUpdates implements UpdateExchange {
  readonly words: number
  readonly #kernels: Kernels
  readonly #coder: VectorCoder
  readonly #vectorWords: number
  readonly #mean: number
  /** Rows that the mean stands for. */
  #rows = 0

  constructor(kernels: Kernels, shape: ModelShape, weights: WeightEncoding) {
    this.#kernels = kernels
    this.#coder = new VectorCoder(kernels, shape, weights)
    this.words = this.#coder.words
    this.#vectorWords = shape.words
    this.#mean = kernels.memory.allocate(shape.words)
  }

  drawSeed(): number {
    return 0
  }

  encode(update: number): number {
    return this.#coder.encode(update)
  }

  receive(message: Message): void {
    this.add(this.#coder.decode(message.offset), updateRows(message.value))
  }

  add(update: number, rows: number): void {
    this.#kernels.merge(this.#mean, this.#mean, this.#rows, update, rows, this.#vectorWords)
    this.#rows += rows
  }

  mean(): number {
    return this.#mean
  }

  clear(): void {
    this.#rows = 0
    this.#kernels.memory.float32.fill(0, this.#mean, this.#mean + this.#vectorWords)
  }

  persist(archive: Archive): void {
    this.#rows = archive.number(this.#rows)
  }
}
