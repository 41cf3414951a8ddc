import { randomStream } from '@hearsay/core'
import { applyScaling, type RawSplitDataset, type Scaling } from '@hearsay/datasets'
import { createKernels } from '@hearsay/kernels'
import { Evaluator, LinearLearner, type LinearLearnerOptions, loadRows, Shards, shapeOf } from '@hearsay/learning'
import type { RunSettings } from '@hearsay/peer'

/** Passes over all training rows: on Spambase, the error has long stopped to fall. */
const EPOCHS = 20
/** A stream of its own: the peers of a swarm draw from those of purpose 0. */
const PURPOSE = 7

/** What the learner of a run is, wherever it trains. */
export function learnerOptionsOf({ model = 'pegasos', lambda = 0.01, eta, batch }: RunSettings): LinearLearnerOptions {
  return { model, lambda, ...(eta === undefined ? {} : { eta }), ...(batch === undefined ? {} : { batch }) }
}

/**
 * The 0–1 error on the held-out rows of one model that is trained on all training rows: 20 passes in one shuffled order,
 * with the run's learner and hyperparameters. What a swarm would reach if its peers pooled their rows.
 */
export function centralisedError(split: RawSplitDataset, scaling: Scaling, run: RunSettings, seed: number): number {
  return centralisedErrors(split, scaling, run, seed, EPOCHS)[EPOCHS - 1]
}

/** The errors of {@link centralisedError} after each of some passes. */
export function centralisedErrors(
  { train, test }: RawSplitDataset,
  scaling: Scaling,
  run: RunSettings,
  seed: number,
  passes: number,
): number[] {
  const options = learnerOptionsOf(run)
  const kernels = createKernels()
  const shape = shapeOf(options.model, train.featureNames.length, train.classNames.length, run.bias ?? false)
  const order = Int32Array.from({ length: train.rows }, (_, row) => row)
  randomStream(seed, 0, PURPOSE).shuffle(order)
  const shards = new Shards(kernels.memory, shape, applyScaling(train, scaling), [order])
  const learner = new LinearLearner(kernels, shards, options)
  const evaluator = new Evaluator(kernels, shape, loadRows(kernels.memory, shape, applyScaling(test, scaling)))
  const weights = kernels.memory.allocate(shape.words)
  let age = 0
  return Array.from({ length: passes }, () => {
    age = learner.update(0, weights, age)
    return evaluator.error(weights)
  })
}
