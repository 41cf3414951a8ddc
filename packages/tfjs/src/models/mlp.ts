import { UsageError } from '@hearsay/core'
import * as tf from '@tensorflow/tfjs-core'
import { layers, type LayersModel, sequential } from '@tensorflow/tfjs-layers'

/** A multilayer perceptron: dense layers of rectified linear units, and a softmax. */
export interface MlpOptions {
  /** Features of a row, ≥ 1. */
  readonly features: number
  /** Units of each hidden layer, in order; each an integer ≥ 1. None gives softmax regression. */
  readonly hidden: readonly number[]
  /** Classes, ≥ 2. */
  readonly classes: number
  /**
   * Step size of Adam (Kingma and Ba 2015), > 0 and finite.
   *
   * @defaultValue 0.01
   */
  readonly eta?: number | undefined
}

/** Makes a compiled model; what `mlpModule` names. @throws {@link UsageError} `MLP` when an option is out of its range. */
export function createModel({ features, hidden, classes, eta = 0.01 }: MlpOptions): LayersModel {
  const sizes = [features, ...hidden, classes]
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1) || classes < 2 || !(eta > 0 && eta < Infinity)) {
    throw new UsageError(
      'MLP',
      `an MLP has layers of 1 or more units, 2 classes or more and a step > 0, not ${sizes}, ${eta}`,
    )
  }
  const model = sequential()
  for (const [i, units] of sizes.slice(1).entries()) {
    const activation = i === hidden.length ? 'softmax' : 'relu'
    model.add(layers.dense({ units, activation, ...(i === 0 ? { inputShape: [features] } : {}) }))
  }
  model.compile({ optimizer: tf.train.adam(eta), loss: 'sparseCategoricalCrossentropy' })
  return model
}
