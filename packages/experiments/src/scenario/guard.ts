import type { Dataset } from '@hearsay/datasets'
import type { Kernels, PassPlan } from '@hearsay/kernels'
import { type ModelShape, normBound, type Shards } from '@hearsay/learning'
import { ageGrowth, exchangePeriodMs, FULL_EXCHANGE, ModelGuard } from '@hearsay/protocols'
import { linearOf } from './methods/build-learner.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import { buildPeriodFactors } from './speeds.ts'

/** What the guard's bounds follow from. */
export interface GuardInputs {
  readonly kernels: Kernels
  readonly shape: ModelShape
  readonly plan: PassPlan
  readonly shards: Shards
  readonly train: Dataset
  readonly options: ScenarioOptions
}

/** The guard that a network peer has, with the bounds that the training rows imply. */
export function buildGuard(inputs: GuardInputs): ModelGuard {
  const { kernels, shape, plan, shards, train, options } = inputs
  const { model } = linearOf(options.learner)
  const { peers, periodMs, exchange = FULL_EXCHANGE, weights = 'float32', flow = { kind: 'proactive' } } = options
  const shortestPeriod = buildPeriodFactors(options)?.reduce((a, b) => Math.min(a, b), 1) ?? 1
  const rowNormMax = largestRowNorm(train)
  return new ModelGuard({
    kernels,
    shape,
    exchange,
    weights,
    periodMs: exchangePeriodMs(exchange, periodMs),
    updatesPerMerge: shards.sizeMax,
    normMax: (age) => normBound(model, plan, shape, rowNormMax, age),
    // A chain of merges is as fast as the fastest peers in it.
    growth: ageGrowth(flow, peers) / shortestPeriod,
  })
}

/** The largest Euclidean norm of a row. */
export function largestRowNorm({ features, featureNames }: Dataset): number {
  const width = featureNames.length
  let largest = 0
  for (let start = 0; start < features.length; start += width) {
    let square = 0
    for (let i = start; i < start + width; i++) square += features[i] ** 2
    largest = Math.max(largest, square)
  }
  return Math.sqrt(largest)
}
