import { randomStream } from '@hearsay/core'
import { LinearLearner, modelShape, Shards, shapeOf } from '@hearsay/learning'
import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'
import { tfjsLearner } from '../src/index.ts'
import { backendsHere, clusters, newKernels } from './support.ts'

const [FEATURES, CLASSES, ROWS, UPDATES, RATE] = [16, 5, 10, 100, 0.05]
const data = clusters(ROWS, 3, FEATURES, CLASSES)
const all = [Int32Array.from(data.labels.keys())]

/** Rows of random weights: CLASSES rows of FEATURES, then the biases. */
const start = (() => {
  const random = randomStream(5)
  return Float32Array.from({ length: (FEATURES + 1) * CLASSES }, () => 0.3 * random.normal())
})()

/** The kernels' own softmax, after as many updates: the weights as [feature or bias][class]. */
function linear(batch: number): number[] {
  const kernels = newKernels()
  const shape = shapeOf('softmax', FEATURES, CLASSES, true)
  const shards = new Shards(kernels.memory, shape, data, all)
  // The kernels add a batch's gradients up, TensorFlow.js averages them.
  const learner = new LinearLearner(kernels, shards, {
    model: 'softmax',
    lambda: 0,
    eta: RATE / batch,
    decay: false,
    batch,
  })
  const model = kernels.memory.allocate(shape.words)
  const { float32 } = kernels.memory
  const at = (i: number): number => model + (i % CLASSES) * shape.stride + Math.floor(i / CLASSES)
  for (const [i, weight] of start.entries()) float32[at(i)] = weight
  let age = 1
  for (let update = 0; update < UPDATES; update++) age = learner.update(0, model, age)
  return Array.from(start, (_, i) => kernels.memory.float32[at(i)])
}

const backends = await backendsHere()

describe('one layer of softmax', () => {
  for (const { backend, absent } of backends) {
    for (const batch of [1, 5]) {
      test(`agrees with the linear softmax to 1e-4 after ${UPDATES} updates in batches of ${batch} on ${backend}`, async (context) => {
        if (absent !== undefined) context.skip(absent)
        const kernels = newKernels()
        const shards = new Shards(kernels.memory, modelShape(FEATURES, CLASSES, false), data, all)
        const createModel = () => {
          const model = sequential()
          model.add(layers.dense({ inputShape: [FEATURES], units: CLASSES, activation: 'softmax' }))
          model.compile({ optimizer: tf.train.sgd(RATE), loss: 'categoricalCrossentropy' })
          return model
        }
        const learner = await tfjsLearner(createModel, { kernels, shards, backend, batch, initialSeed: 1 })
        const model = kernels.memory.allocate(learner.shape.words)
        kernels.memory.float32.set(start, model)
        let age = 1
        for (let update = 0; update < UPDATES; update++) age = learner.update(0, model, age)
        const expected = linear(batch)
        const gaps = expected.map((weight, i) => Math.abs(weight - kernels.memory.float32[model + i]))
        expect(Math.max(...gaps)).toBeLessThan(1e-4)
        expect(Math.max(...expected.map((weight, i) => Math.abs(weight - start[i])))).toBeGreaterThan(0.5)
      })
    }
  }
})
