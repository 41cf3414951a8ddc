import { randomStream } from '@hearsay/core'
import { applyScaling, type RawDataset, type RawSplitDataset, type Scaling } from '@hearsay/datasets'
import { createKernels } from '@hearsay/kernels'
import { loadRows, modelShape, Shards } from '@hearsay/learning'
import type { RunSettings } from '@hearsay/peer'
import type { Point } from '../compare/point.ts'
import type { MlpTask } from './mlp-task.ts'

/** As that of the linear models. */
const PURPOSE = 7

/** What one network reaches on the rows of all peers. */
export interface CentralisedMlp {
  /** The 0–1 error on the held-out rows after each pass. */
  readonly errors: readonly number[]
  /** What computes, and why: a sentence. */
  readonly backend: string
}

/**
 * Trains the network of a swarm on all training rows, in one shuffled order, with the run's batch, from the weights that the peers
 * begin with.
 *
 * @throws as `tfjsLearner` does.
 */
export async function centralisedMlpErrors(
  { train, test }: RawSplitDataset,
  scaling: Scaling,
  task: MlpTask,
  run: RunSettings,
  seed: number,
  passes: number,
): Promise<CentralisedMlp> {
  const order = Int32Array.from({ length: train.rows }, (_, row) => row)
  randomStream(seed, 0, PURPOSE).shuffle(order)
  const until = Array.from({ length: passes }, (_, pass) => pass + 1)
  const { points, backend } = await mlpCurve(
    { rows: train, order, test, scaling, task, run: { ...run, epochs: 1 } },
    until,
  )
  return { errors: points.map(({ error }) => error), backend }
}

/** What a network is trained on, and how. */
export interface MlpTraining {
  readonly rows: RawDataset
  /** The rows, as they come. */
  readonly order: Int32Array
  readonly test: RawDataset
  readonly scaling: Scaling
  readonly task: MlpTask
  readonly run: RunSettings
}

/** A network that is trained by itself, measured after so many updates, ascending. Throws as `tfjsLearner` does. */
export async function mlpCurve(
  { rows, order, test, scaling, task: { options, backend }, run }: MlpTraining,
  updates: readonly number[],
): Promise<{ readonly points: Point[]; readonly backend: string }> {
  const { createMlp, tfjsLearner } = await import('@hearsay/tfjs')
  const { batch, epochs, initialSeed = 1 } = run
  const kernels = createKernels()
  const shape = modelShape(options.features, options.classes, false)
  const shards = new Shards(kernels.memory, shape, applyScaling(rows, scaling), [order])
  const learner = await tfjsLearner(() => createMlp(options), { kernels, shards, backend, initialSeed, batch, epochs })
  const evaluator = learner.evaluator(loadRows(kernels.memory, shape, applyScaling(test, scaling)))
  const weights = kernels.memory.allocate(learner.shape.words)
  kernels.copy(learner.initial, weights, learner.shape.words)
  const points: Point[] = []
  let [done, age] = [0, 0]
  for (const until of updates) {
    for (; done < until; done++) {
      age = learner.update(0, weights, age)
      // Ctrl-C is heard in between.
      await new Promise((resolve) => setImmediate(resolve))
    }
    points.push({ error: evaluator.error(weights), age })
  }
  learner.dispose()
  return { points, backend: learner.backend.why }
}
