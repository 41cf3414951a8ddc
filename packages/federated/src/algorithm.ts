import { UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { LinearLearner, type LinearLearnerOptions, type ModelShape, passPlan, type Shards } from '@hearsay/learning'
import { AdaptiveRule, type AdaptiveOptions } from './rules/adaptive-rule.ts'
import { AveragingRule } from './rules/averaging-rule.ts'
import { GradientRule } from './rules/gradient-rule.ts'
import type { ServerRule } from './rules/server-rule.ts'
import { EpochTraining } from './training/epoch-training.ts'
import type { EpochsOptions } from './training/epochs.ts'
import { GradientTraining } from './training/gradient-training.ts'
import type { LocalTraining } from './training/local-training.ts'
import { type ProximalOptions, ProximalTraining } from './training/proximal-training.ts'

/** The federated algorithms that come with Hearsay, as plain values for files and flags. */
export type FederatedAlgorithm =
  | FedAvgSettings
  | { readonly kind: 'fedsgd' }
  | ({ readonly kind: 'fedprox' } & ProximalOptions)
  | ({ readonly kind: 'fedadam' | 'fedyogi' | 'fedadagrad' } & EpochsOptions & AdaptiveOptions)

/** Federated averaging (McMahan et al. 2017). */
export interface FedAvgSettings extends EpochsOptions {
  readonly kind: 'fedavg'
  /**
   * η_s > 0: the share of the mean update that the server adds to its model.
   *
   * @defaultValue 1
   */
  readonly serverEta?: number | undefined
}

/** Kinds of {@link FederatedAlgorithm}. */
export const FEDERATED_ALGORITHMS: readonly FederatedAlgorithm['kind'][] = [
  'fedavg',
  'fedsgd',
  'fedprox',
  'fedadam',
  'fedyogi',
  'fedadagrad',
]

/** The two sides of a federated algorithm. */
export interface FederatedParts {
  readonly training: LocalTraining
  readonly rule: ServerRule
}

/**
 * What clients and server do in a federated algorithm on linear models.
 *
 * @param learner - Model, λ, η₀, its decay, and the batch B, except for FedSGD, whose batch is the shard.
 * @throws {@link UsageError} when an option is out of its range.
 */
export function createFederatedParts(
  kernels: Kernels,
  shards: Shards,
  learner: LinearLearnerOptions,
  algorithm: FederatedAlgorithm,
): FederatedParts {
  const { shape } = shards
  const { kind } = algorithm
  if (kind === 'fedsgd') {
    const rule = new GradientRule(kernels, shape, passPlan(shape, learner))
    return { training: new GradientTraining(kernels, shards, learner), rule }
  }
  const training =
    kind === 'fedprox'
      ? new ProximalTraining(kernels, shards, learner, algorithm)
      : new EpochTraining(kernels, new LinearLearner(kernels, shards, learner), algorithm)
  return { training, rule: createServerRule(kernels, shape, algorithm) }
}

const ADAPTIVE = { fedadam: 'adam', fedyogi: 'yogi', fedadagrad: 'adagrad' } as const

/**
 * What the server of a federated algorithm does with the mean of its clients' updates, whatever they train.
 *
 * @param shape - Of the models.
 * @throws {@link UsageError} when an option is out of its range; `FEDSGD` for the one whose clients send gradients of linear models.
 */
export function createServerRule(kernels: Kernels, shape: ModelShape, algorithm: FederatedAlgorithm): ServerRule {
  switch (algorithm.kind) {
    case 'fedsgd':
      throw new UsageError('FEDSGD', 'the server of FedSGD takes the step that a linear learner would have taken')
    case 'fedavg':
      return new AveragingRule(kernels, shape, algorithm.serverEta)
    case 'fedprox':
      return new AveragingRule(kernels, shape)
    default:
      return new AdaptiveRule(kernels.memory, shape, ADAPTIVE[algorithm.kind], algorithm)
  }
}
