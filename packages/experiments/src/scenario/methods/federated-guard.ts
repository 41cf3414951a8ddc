import { FederatedGuard, federatedNormBounds, UPDATE_ROWS_MAX } from '@hearsay/federated'
import { passPlan, type Shards } from '@hearsay/learning'
import { largestRowNorm } from '../guard.ts'
import type { FederatedMethod } from '../method.ts'
import { linearOf } from './build-learner.ts'
import type { World } from './world.ts'

/** The guard that a network peer has in federated learning, with the bounds that the training rows imply. */
export function buildFederatedGuard(
  { options, kernels, shape, train }: World,
  method: FederatedMethod,
  shards: Shards,
  roundMs: number,
): FederatedGuard {
  const { exchange, weights, modelWeights } = method
  const learner = linearOf(options.learner)
  const epochs = 'epochs' in method ? (method.epochs ?? 1) : 1
  const rowsMax = Math.min(UPDATE_ROWS_MAX, Math.max(1, epochs * shards.sizeMax))
  const plan = passPlan(shape, learner)
  const bounds = federatedNormBounds({
    ...{ algorithm: method, model: learner.model, plan, shape, exchange, rowsMax },
    rowNormMax: largestRowNorm(train),
  })
  return new FederatedGuard({ kernels, shape, roundMs, exchange, weights, modelWeights, rowsMax, ...bounds })
}
