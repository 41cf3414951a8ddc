import { Evaluator, LinearLearner, type LinearModel, Shards, shapeOf } from '@hearsay/learning'
import * as tf from '@tensorflow/tfjs-core'
import { tfjsLearner } from '../src/index.ts'
import { describeLearner } from './describe-learner.ts'
import { backendsHere, CLASSES, clusters, createMlp, FEATURES, newKernels, shardsOf } from './support.ts'

const PEERS = 2
const ROWS = 8

for (const model of ['logistic', 'softmax'] satisfies LinearModel[]) {
  describeLearner(`the linear ${model}`, undefined, async (wishes) => {
    const kernels = newKernels()
    const shape = shapeOf(model, FEATURES, CLASSES, true)
    const assignment = Array.from({ length: PEERS }, (_, peer) =>
      Array.from({ length: ROWS }, (_row, i) => peer * ROWS + i),
    )
    const shards = new Shards(kernels.memory, shape, clusters(PEERS * ROWS), assignment)
    const learner = new LinearLearner(kernels, shards, { model, lambda: 1e-4, eta: 0.02, decay: false, ...wishes })
    const evaluator = new Evaluator(kernels, shape, shards.all)
    return { learner, kernels, epochs: 1, loss: (at) => evaluator.logLoss(at) }
  })
}

const optimizers = {
  sgd: () => tf.train.sgd(0.05),
  adam: () => tf.train.adam(0.02),
  momentum: () => tf.train.momentum(0.01, 0.9),
}

for (const { backend, absent } of await backendsHere()) {
  for (const [name, optimizer] of Object.entries(optimizers)) {
    describeLearner(`an MLP with ${name} on ${backend}`, absent, async (wishes) => {
      const kernels = newKernels()
      const shards = shardsOf(kernels, PEERS, ROWS)
      const options = { kernels, shards, backend, epochs: 2, batch: 3, initialSeed: 1 }
      const learner = await tfjsLearner(() => createMlp(optimizer), { ...options, ...wishes })
      const evaluator = learner.evaluator(shards.all)
      return { learner, kernels, epochs: 2, loss: (at) => evaluator.loss(at) }
    })
  }
}
