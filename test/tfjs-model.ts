// A model of a reader's own, as a training thread imports it.
import { train } from '@tensorflow/tfjs-core'
import { layers, type LayersModel, sequential } from '@tensorflow/tfjs-layers'

export function createModel(): LayersModel {
  const hidden = layers.dense({ inputShape: [64], units: 9, activation: 'relu' })
  const model = sequential({ layers: [hidden, layers.dense({ units: 10, activation: 'softmax' })] })
  model.compile({ optimizer: train.sgd(0.1), loss: 'sparseCategoricalCrossentropy' })
  return model
}
