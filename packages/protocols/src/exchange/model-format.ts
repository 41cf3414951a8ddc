import { UsageError } from '@hearsay/core'
import type { ModelShape } from '@hearsay/learning'
import { type Exchange, exchangeProblem, FULL_EXCHANGE, partsOf, type WeightEncoding } from './exchange-settings.ts'

/** What a message of gossip learning looks like, in one run. */
export interface ModelFormatOptions {
  readonly shape: Pick<ModelShape, 'outputs' | 'dimension' | 'stride' | 'words'>
  /** @defaultValue `{ kind: 'full' }` */
  readonly exchange?: Exchange
  /** @defaultValue 'float32' */
  readonly weights?: WeightEncoding
}

/** Seeds of subsets are 32 bits. */
const SEEDS = 2 ** 32

/**
 * What the messages of a run carry: which weights, how many, in how many words. Protocol, guard and wire codec hold
 * messages to the same format.
 *
 * A plain message (the whole model as float32) is the model as it lies in memory. Any other is a row of n weights
 * without the padding of outputs, encoded, with weight i being number i mod dimension of output ⌊i/dimension⌋. The
 * header's `value` is the part's index, or the seed of the subset, or 0.
 */
export class ModelFormat {
  readonly shape: ModelFormatOptions['shape']
  readonly exchange: Exchange
  readonly weights: WeightEncoding
  /** Weights of a whole model: outputs × dimension. */
  readonly parameters: number
  /** Parts in which models travel, 1 for whole or subsampled ones. */
  readonly parts: number
  /** Whether messages are models as they lie in memory. */
  readonly isPlain: boolean

  /** @throws {@link UsageError} `EXCHANGE` where the exchange makes no sense. */
  constructor({ shape, exchange = FULL_EXCHANGE, weights = 'float32' }: ModelFormatOptions) {
    this.shape = shape
    this.exchange = exchange
    this.weights = weights
    this.parameters = shape.outputs * shape.dimension
    const problem = exchangeProblem(exchange, { parameters: this.parameters })
    if (problem !== undefined) throw new UsageError('EXCHANGE', problem)
    this.parts = partsOf(exchange)
    this.isPlain = exchange.kind === 'full' && weights === 'float32'
  }

  /** Whether `value` may stand in the header of a message. */
  isValue(value: number): boolean {
    const { kind } = this.exchange
    const values = kind === 'full' ? 1 : kind === 'partitioned' ? this.parts : SEEDS
    return Number.isInteger(value) && value >= 0 && value < values
  }

  /** Weights in a message with this header value, ≥ 1. */
  count(value: number): number {
    const { exchange, parameters } = this
    if (exchange.kind === 'partitioned') return Math.ceil((parameters - value) / exchange.parts)
    return exchange.kind === 'full' ? parameters : Math.max(1, Math.round(exchange.share * parameters))
  }

  /** Words of payload of a message with this header value. */
  words(value: number): number {
    return this.isPlain ? this.shape.words : encodedWords(this.weights, this.count(value))
  }

  /** The most words of payload of any message: parts with a smaller index are not shorter. */
  get wordsMax(): number {
    return this.words(0)
  }
}

/** Words that `count` weights take in an encoding; see the encodings of `Kernels`. */
export function encodedWords(weights: WeightEncoding, count: number): number {
  if (weights === 'float32') return count
  return weights === 'float16' ? Math.ceil(count / 2) : 1 + Math.ceil(count / 4)
}

/** Bytes of the same words that mean anything, the first ones in little-endian order. */
export function encodedBytes(weights: WeightEncoding, count: number): number {
  if (weights === 'float32') return 4 * count
  return weights === 'float16' ? 2 * count : 4 + count
}
