import { randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { type LabelledRows, type Learner, LinearLearner, modelShape, Shards } from '@hearsay/learning'
import { type BackendName, BACKENDS, selectBackend, tfjsLearner } from '@hearsay/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { layers, type LayersModel, sequential } from '@tensorflow/tfjs-layers'
import { type Benchmark, median } from './measure.ts'

/** What is trained: an optimiser step takes `batch` rows. */
interface Workload {
  readonly name: string
  readonly features: number
  readonly classes: number
  readonly rows: number
  readonly batch: number
  readonly createModel: () => LayersModel
  /** The same by our own kernels, where they can. */
  readonly own?: (kernels: Kernels, shards: Shards) => Learner
}

const ROUNDS = 5
/** Long enough for a round to tell something of the fastest and not to bore with the slowest. */
const ROUND_MS = 400

const WORKLOADS: readonly Workload[] = [
  {
    ...{ name: 'logistic.57', features: 57, classes: 2, rows: 64, batch: 1 },
    createModel: () => {
      const model = sequential({
        layers: [layers.dense({ inputShape: [57], units: 1, activation: 'sigmoid', useBias: false })],
      })
      model.compile({ optimizer: tf.train.sgd(0.01), loss: 'binaryCrossentropy' })
      return model
    },
    own: (kernels, shards) =>
      new LinearLearner(kernels, shards, { model: 'logistic', lambda: 0, eta: 0.01, decay: false }),
  },
  {
    ...{ name: 'mlp.784-128-10', features: 784, classes: 10, rows: 128, batch: 32 },
    createModel: () => {
      const hidden = layers.dense({ inputShape: [784], units: 128, activation: 'relu' })
      const model = sequential({ layers: [hidden, layers.dense({ units: 10, activation: 'softmax' })] })
      model.compile({ optimizer: tf.train.sgd(0.01), loss: 'sparseCategoricalCrossentropy' })
      return model
    },
  },
]

function dataOf({ features, classes, rows }: Workload): LabelledRows {
  const random = randomStream(1)
  return {
    features: Float32Array.from({ length: rows * features }, () => random.normal()),
    labels: Int32Array.from({ length: rows }, (_, row) => row % classes),
  }
}

/** Optimiser steps a second, the median of the rounds after the first update. */
function stepsPerSecond({ rows, batch }: Workload, kernels: Kernels, learner: Learner): number {
  const model = kernels.memory.allocate(learner.shape.words)
  let age = learner.update(0, model, 0)
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    let updates = 0
    for (; updates === 0 || performance.now() - start < ROUND_MS; updates++) age = learner.update(0, model, age)
    return (updates * Math.ceil(rows / batch)) / ((performance.now() - start) / 1000)
  })
  return median(rounds)
}

function setUp(workload: Workload): { kernels: Kernels; shards: Shards } {
  const kernels = createKernels()
  const shape = modelShape(workload.features, workload.classes, false)
  return {
    kernels,
    shards: new Shards(kernels.memory, shape, dataOf(workload), [Array.from({ length: workload.rows }, (_, i) => i)]),
  }
}

async function measure(workload: Workload, backend: BackendName): Promise<number> {
  const { kernels, shards } = setUp(workload)
  const { createModel, batch } = workload
  const learner = await tfjsLearner(createModel, { kernels, shards, backend, batch, initialSeed: 1 })
  const value = stepsPerSecond(workload, kernels, learner)
  learner.dispose()
  return value
}

/** Learners of TensorFlow.js on every backend that there is, and our own beside them. */
export const tfjsBenchmark: Benchmark = {
  name: 'tfjs',
  description: 'TensorFlow.js learners by backend: optimiser steps a second, weights loaded and read back each update',
  async run(report) {
    const available: BackendName[] = []
    for (const backend of BACKENDS) {
      const reason = await selectBackend(backend).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      if (reason === undefined) available.push(backend)
      else console.error(reason)
    }
    for (const workload of WORKLOADS) {
      const unit = workload.batch === 1 ? 'steps/s' : `steps/s of ${workload.batch} rows`
      for (const backend of available) {
        report({ name: `tfjs.${workload.name}.${backend}`, value: await measure(workload, backend), unit })
      }
      if (workload.own === undefined) continue
      const { kernels, shards } = setUp(workload)
      const value = stepsPerSecond(workload, kernels, workload.own(kernels, shards))
      report({ name: `tfjs.${workload.name}.kernels`, value, unit })
    }
  },
}
