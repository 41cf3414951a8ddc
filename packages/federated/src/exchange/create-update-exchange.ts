import type { Kernels } from '@hearsay/kernels'
import type { ModelShape } from '@hearsay/learning'
import { type FederatedFormat, updateFormat } from './federated-format.ts'
import { SubsampledUpdates } from './subsampled-updates.ts'
import type { UpdateExchange } from './update-exchange.ts'
import { WholeUpdates } from './whole-updates.ts'

/** How updates of a format travel. @throws {@link UsageError} `EXCHANGE`. */
export function createUpdateExchange(kernels: Kernels, shape: ModelShape, options: FederatedFormat): UpdateExchange {
  const format = updateFormat(shape, options)
  return format.exchange.kind === 'subsampled'
    ? new SubsampledUpdates(kernels, shape, format)
    : new WholeUpdates(kernels, shape, format.weights)
}
