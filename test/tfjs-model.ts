// A model of a reader's own, as a training thread imports it.
import { mean, type Tensor, train } from '@tensorflow/tfjs-core'
import { layers, type LayersModel, sequential } from '@tensorflow/tfjs-layers'

export function createModel(): LayersModel {
  const hidden = layers.dense({ inputShape: [64], units: 9, activation: 'relu' })
  const model = sequential({ layers: [hidden, layers.dense({ units: 10, activation: 'softmax' })] })
  model.compile({ optimizer: train.sgd(0.1), loss: 'sparseCategoricalCrossentropy' })
  return model
}

/** One whose first training is the end of the thread that does it. */
export function createDeadlyModel(): LayersModel {
  const model = createModel()
  let calls = 0
  const loss = (_target: Tensor, output: Tensor): Tensor => {
    // The first call is a trial, wherever the model is made.
    if (++calls > 1) {
      setImmediate(() => {
        throw new Error('out of memory')
      })
    }
    return mean(output, -1)
  }
  model.compile({ optimizer: 'sgd', loss })
  return model
}
