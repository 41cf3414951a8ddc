import type { Kernels } from '@hearsay/kernels'
import type { WeightEncoding } from './exchange-settings.ts'
import { encodedWords } from './model-format.ts'

/** Between rows of float32 weights and the words of a payload. Float32 is what it is: nothing is copied. */
export class WeightCoder {
  readonly #kernels: Kernels
  readonly #weights: WeightEncoding
  readonly #encoded: number
  readonly #decoded: number

  /** @param countMax - The most weights that are encoded or decoded at once. */
  constructor(kernels: Kernels, weights: WeightEncoding, countMax: number) {
    const { memory } = kernels
    const isPlain = weights === 'float32'
    this.#kernels = kernels
    this.#weights = weights
    this.#encoded = isPlain ? 0 : memory.allocate(encodedWords(weights, countMax))
    this.#decoded = isPlain ? 0 : memory.allocate(countMax)
  }

  /** Offset of the payload that says `count` weights; valid until the next call. */
  encode(weights: number, count: number): number {
    if (this.#weights === 'float32') return weights
    if (this.#weights === 'float16') this.#kernels.encodeFloat16(weights, this.#encoded, count)
    else this.#kernels.encodeInt8(weights, this.#encoded, count)
    return this.#encoded
  }

  /** Offset of the `count` weights that a payload says, with zeros up to the next multiple of four; valid until the next call. */
  decode(payload: number, count: number): number {
    if (this.#weights === 'float32') return payload
    if (this.#weights === 'float16') this.#kernels.decodeFloat16(payload, this.#decoded, count)
    else this.#kernels.decodeInt8(payload, this.#decoded, count)
    return this.#decoded
  }
}
