import type { Kernels } from '@hearsay/kernels'
import { ModelFormat, WeightCoder, type WeightEncoding, weightIndices } from '@hearsay/protocols'
import type { ModelShape } from '@hearsay/learning'

/** Between vectors of a model's shape, as they lie in memory, and payloads that carry all of their weights. */
export class VectorCoder {
  /** Words of a payload. */
  readonly words: number
  readonly #kernels: Kernels
  readonly #isPlain: boolean
  /** Word of each weight. */
  readonly #indices: Int32Array
  readonly #coder: WeightCoder
  /** The weights one after another, and a whole vector; none where a payload is a vector. */
  readonly #row: number
  readonly #vector: number

  constructor(kernels: Kernels, shape: ModelShape, weights: WeightEncoding) {
    const format = new ModelFormat({ shape, weights })
    this.#kernels = kernels
    this.#isPlain = format.isPlain
    this.words = format.words(0)
    this.#indices = weightIndices(format)
    this.#coder = new WeightCoder(kernels, weights, format.parameters)
    this.#row = this.#isPlain ? 0 : kernels.memory.allocate(format.parameters)
    this.#vector = this.#isPlain ? 0 : kernels.memory.allocate(shape.words)
  }

  /** Offset of the payload that says a vector; valid until the next call. */
  encode(vector: number): number {
    if (this.#isPlain) return vector
    const { float32 } = this.#kernels.memory
    const indices = this.#indices
    for (let i = 0; i < indices.length; i++) float32[this.#row + i] = float32[vector + indices[i]]
    return this.#coder.encode(this.#row, indices.length)
  }

  /** Offset of the vector that a payload says; valid until the next call. */
  decode(payload: number): number {
    if (this.#isPlain) return payload
    const indices = this.#indices
    const row = this.#coder.decode(payload, indices.length)
    const { float32 } = this.#kernels.memory
    for (let i = 0; i < indices.length; i++) float32[this.#vector + indices[i]] = float32[row + i]
    return this.#vector
  }
}
