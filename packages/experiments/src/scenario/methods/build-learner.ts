import { ConfigurationError } from '@hearsay/core'
import { type Learner, LinearLearner, type LinearLearnerOptions, type Shards } from '@hearsay/learning'
import type { LearnerOptions } from '../mlp/mlp-learner.ts'
import type { BuiltNetwork, NetworkInputs } from '../mlp/prepared-network.ts'
import type { World } from './world.ts'

/** A learner, and the network that it trains where that is not a linear model. */
export interface BuiltLearner {
  readonly learner: Learner
  readonly network?: BuiltNetwork
}

/**
 * The learner of a world.
 *
 * @throws {@link ConfigurationError} `MLP` where a network has not been prepared.
 */
export function buildLearner(
  world: World,
  shards: Shards,
  changes: Pick<NetworkInputs, 'rowsPerUpdate' | 'steps'> = {},
): BuiltLearner {
  const { kernels, options, network: prepared } = world
  if (prepared !== undefined) {
    const network = prepared.build({ peers: options.peers, kernels, shards, ...changes })
    return { learner: network.learner, network }
  }
  const { steps, ...settings } = changes
  return { learner: new LinearLearner(kernels, shards, { ...linearOf(options.learner), ...settings }, steps) }
}

/** The options of a linear model. @throws {@link ConfigurationError} `MLP` for others. */
export function linearOf(learner: LearnerOptions): LinearLearnerOptions {
  if (learner.model !== 'mlp') return learner
  throw new ConfigurationError('MLP', 'a multilayer perceptron is prepared before its run: run it as a trial')
}
