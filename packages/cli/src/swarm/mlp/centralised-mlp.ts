import { randomStream } from '@hearsay/core'
import { applyScaling, type RawSplitDataset, type Scaling } from '@hearsay/datasets'
import { createKernels } from '@hearsay/kernels'
import { loadRows, modelShape, Shards } from '@hearsay/learning'
import type { RunSettings } from '@hearsay/peer'
import type { MlpTask } from './mlp-task.ts'

/** Passes over all training rows: on handwritten digits, the error has stopped to fall. */
const EPOCHS = 20
/** As that of the linear models. */
const PURPOSE = 7

/** What one network reaches on the rows of all peers. */
export interface CentralisedMlp {
  /** The 0–1 error on the held-out rows. */
  readonly error: number
  /** What computes, and why: a sentence. */
  readonly backend: string
}

/**
 * Trains the network of a swarm on all training rows: 20 passes in one shuffled order, with the run's batch, from the weights that the
 * peers begin with.
 *
 * @throws as `tfjsLearner` does.
 */
export async function centralisedMlp(
  { train, test }: RawSplitDataset,
  scaling: Scaling,
  { options, backend }: MlpTask,
  { batch, initialSeed = 1 }: RunSettings,
  seed: number,
): Promise<CentralisedMlp> {
  const { createMlp, tfjsLearner } = await import('@hearsay/tfjs')
  const kernels = createKernels()
  const shape = modelShape(options.features, options.classes, false)
  const order = Int32Array.from({ length: train.rows }, (_, row) => row)
  randomStream(seed, 0, PURPOSE).shuffle(order)
  const shards = new Shards(kernels.memory, shape, applyScaling(train, scaling), [order])
  const learner = await tfjsLearner(() => createMlp(options), { kernels, shards, backend, initialSeed, batch })
  const evaluator = learner.evaluator(loadRows(kernels.memory, shape, applyScaling(test, scaling)))
  const weights = kernels.memory.allocate(learner.shape.words)
  let age = 0
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    age = learner.update(0, weights, age)
    // Ctrl-C is heard in between.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const error = evaluator.error(weights)
  learner.dispose()
  return { error, backend: learner.backend.why }
}
