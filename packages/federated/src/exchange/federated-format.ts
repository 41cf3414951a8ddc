import { UsageError } from '@hearsay/core'
import type { ModelShape } from '@hearsay/learning'
import { type Exchange, ModelFormat, type WeightEncoding } from '@hearsay/protocols'

/** What the messages of federated learning carry. */
export interface FederatedFormat {
  /**
   * How much of an update a message carries: all of it, or a random share of its weights. Models are not updates: the
   * server sends whole ones.
   *
   * @defaultValue `{ kind: 'full' }`
   */
  readonly exchange?: Extract<Exchange, { kind: 'full' | 'subsampled' }> | undefined
  /**
   * How updates carry a weight.
   *
   * @defaultValue 'float32'
   */
  readonly weights?: WeightEncoding | undefined
  /**
   * How the server's models carry a weight.
   *
   * @defaultValue 'float32'
   */
  readonly modelWeights?: WeightEncoding | undefined
}

/** The format of updates. @throws {@link UsageError} `EXCHANGE` where it makes no sense. */
export function updateFormat(shape: ModelShape, { exchange, weights }: FederatedFormat): ModelFormat {
  const format = new ModelFormat({ shape, ...(exchange && { exchange }), ...(weights && { weights }) })
  if (format.parts > 1) {
    throw new UsageError('EXCHANGE', 'federated updates are whole or subsampled: only gossip partitions models')
  }
  return format
}
