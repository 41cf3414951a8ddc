import { UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import type { ModelExchange } from './model-exchange.ts'
import { EncodedExchange } from './encoded-exchange.ts'
import { FullExchange } from './full-exchange.ts'
import { PartitionedExchange } from './partitioned-exchange.ts'
import { SubsampledExchange } from './subsampled-exchange.ts'
import type { ModelFormat } from './model-format.ts'
import type { PeerModels } from './peer-models.ts'

/**
 * The exchange of a population whose messages have this format.
 *
 * @throws {@link UsageError} `EXCHANGE` where models travel in parts and the learner needs whole ones, or the last
 *   received models are kept.
 */
export function createModelExchange(
  peers: number,
  kernels: Kernels,
  format: ModelFormat,
  models: PeerModels,
  learner: Learner,
): ModelExchange {
  const { kind } = format.exchange
  if (kind === 'full') {
    return format.isPlain ? new FullExchange(models, learner) : new EncodedExchange(kernels, format, models, learner)
  }
  const merge = learner.mergePart
  if (merge === undefined) {
    throw new UsageError(
      'EXCHANGE',
      `a ${kind} exchange needs a learner that merges parts: of a LinearLearner, one with MU`,
    )
  }
  if (models.last !== undefined) {
    throw new UsageError('EXCHANGE', `a ${kind} exchange merges with the current model: leave out mergeWith: 'last'`)
  }
  return kind === 'subsampled'
    ? new SubsampledExchange(kernels, format, models, learner, merge)
    : new PartitionedExchange(peers, kernels, format, models, learner, merge)
}
