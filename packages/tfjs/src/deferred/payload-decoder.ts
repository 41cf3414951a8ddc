import { alignWords, UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { ModelShape } from '@hearsay/learning'

/** How a message carries the weights of a whole model; as `WeightEncoding` of `@hearsay/protocols`. */
export type PayloadEncoding = 'float32' | 'float16' | 'int8'

/** Reads the weights of whole models out of payloads. */
export class PayloadDecoder {
  /** Words of a payload. */
  readonly words: number
  readonly #kernels: Kernels
  readonly #shape: ModelShape
  readonly #encoding: PayloadEncoding
  readonly #decoded: number

  /** @throws {@link UsageError} `EXCHANGE` where encoded weights would have to be spread over outputs with padding. */
  constructor(kernels: Kernels, shape: ModelShape, encoding: PayloadEncoding) {
    const { outputs, dimension, stride, words } = shape
    const isPlain = encoding === 'float32'
    if (!isPlain && outputs > 1 && dimension !== stride) {
      throw new UsageError('EXCHANGE', `deferred training reads ${encoding} weights of models in one row only`)
    }
    const parameters = outputs * dimension
    this.#kernels = kernels
    this.#shape = shape
    this.#encoding = encoding
    this.words = isPlain ? words : encoding === 'float16' ? Math.ceil(parameters / 2) : 1 + Math.ceil(parameters / 4)
    this.#decoded = isPlain ? 0 : kernels.memory.allocate(alignWords(parameters))
  }

  /** Offset of the model that a payload says, valid until the next call. */
  decode(payload: number): number {
    if (this.#encoding === 'float32') return payload
    const parameters = this.#shape.outputs * this.#shape.dimension
    if (this.#encoding === 'float16') this.#kernels.decodeFloat16(payload, this.#decoded, parameters)
    else this.#kernels.decodeInt8(payload, this.#decoded, parameters)
    return this.#decoded
  }

  copy(model: number, target: number): void {
    this.#kernels.copy(model, target, this.#shape.words)
  }
}
