import type { Dataset } from '@hearsay/datasets'
import type { Kernels, PassPlan } from '@hearsay/kernels'
import { type LinearModel, type ModelShape, normBound, type Shards } from '@hearsay/learning'
import { ModelGuard } from '@hearsay/protocols'

/** What the guard's bounds follow from. */
export interface GuardInputs {
  readonly kernels: Kernels
  readonly shape: ModelShape
  readonly plan: PassPlan
  readonly model: LinearModel
  readonly shards: Shards
  readonly train: Dataset
  readonly periodMs: number
}

/** The guard that a network peer has, with the bounds that the training rows imply. */
export function buildGuard(inputs: GuardInputs): ModelGuard {
  const { kernels, shape, plan, model, shards, train, periodMs } = inputs
  const rowNormMax = largestRowNorm(train)
  return new ModelGuard({
    kernels,
    shape,
    periodMs,
    updatesPerMerge: shards.sizeMax,
    normMax: (age) => normBound(model, plan, shape, rowNormMax, age),
  })
}

function largestRowNorm({ features, featureNames }: Dataset): number {
  const width = featureNames.length
  let largest = 0
  for (let start = 0; start < features.length; start += width) {
    let square = 0
    for (let i = start; i < start + width; i++) square += features[i] ** 2
    largest = Math.max(largest, square)
  }
  return Math.sqrt(largest)
}
