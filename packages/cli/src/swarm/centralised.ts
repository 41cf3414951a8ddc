import { randomStream } from '@hearsay/core'
import { applyScaling, type RawSplitDataset, type Scaling } from '@hearsay/datasets'
import { createKernels } from '@hearsay/kernels'
import { Evaluator, LinearLearner, loadRows, Shards, shapeOf } from '@hearsay/learning'
import type { RunSettings } from '@hearsay/peer'

/** Passes over all training rows: on Spambase, the error has long stopped to fall. */
const EPOCHS = 20
/** A stream of its own: the peers of a swarm draw from those of purpose 0. */
const PURPOSE = 7

/**
 * The 0–1 error on the held-out rows of one model that is trained on all training rows: 20 passes in one shuffled order,
 * with the run's learner and hyperparameters. What a swarm would reach if its peers pooled their rows.
 */
export function centralisedError(split: RawSplitDataset, scaling: Scaling, run: RunSettings, seed: number): number {
  const { model = 'pegasos', bias = false, lambda = 0.01, eta, batch } = run
  const { train, test } = split
  const kernels = createKernels()
  const shape = shapeOf(model, train.featureNames.length, train.classNames.length, bias)
  const order = Int32Array.from({ length: train.rows }, (_, row) => row)
  randomStream(seed, 0, PURPOSE).shuffle(order)
  const shards = new Shards(kernels.memory, shape, applyScaling(train, scaling), [order])
  const learner = new LinearLearner(kernels, shards, {
    ...{ model, lambda },
    ...(eta === undefined ? {} : { eta }),
    ...(batch === undefined ? {} : { batch }),
  })
  const weights = kernels.memory.allocate(shape.words)
  let age = 0
  for (let epoch = 0; epoch < EPOCHS; epoch++) age = learner.update(0, weights, age)
  return new Evaluator(kernels, shape, loadRows(kernels.memory, shape, applyScaling(test, scaling))).error(weights)
}
