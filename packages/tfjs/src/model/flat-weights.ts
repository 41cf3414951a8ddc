import { ConfigurationError, type Memory } from '@hearsay/core'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** One weight of a row. */
export interface FlatWeight {
  readonly shape: number[]
  /** Whether training changes it: the layer is not frozen, and it is no moving average. */
  readonly isTrainable: boolean
}

/**
 * A model's weights as one row of float32 words: layer by layer in the order of `model.layers`; within a layer in the order
 * of `layer.weights`, the trainable ones first, then the others, such as the moving averages of a batch normalisation,
 * which are merged like any weight; within a weight in row-major order.
 */
export class FlatWeights {
  /** Words of a row. */
  readonly count: number
  readonly #variables: readonly (FlatWeight & { write(value: tf.Tensor): unknown; read(): tf.Tensor })[]

  /** @throws {@link ConfigurationError} `MODEL_WEIGHTS` where there are none to train, or others than float32. */
  constructor(model: LayersModel) {
    const variables = model.layers.flatMap((layer) => layer.weights)
    for (const { name, dtype } of variables) {
      if (dtype !== 'float32') throw new ConfigurationError('MODEL_WEIGHTS', `weight ${name} is ${dtype}, not float32`)
    }
    // A layer that was made with `trainable: false` does not tell its variables.
    const trainable = new Set(model.trainableWeights)
    this.#variables = variables.map((variable) => ({
      shape: variable.shape.map(Number),
      isTrainable: trainable.has(variable),
      write: (value) => variable.write(value),
      read: () => variable.read(),
    }))
    this.count = this.#variables.reduce((count, { shape }) => count + tf.util.sizeFromShape(shape), 0)
    if (this.count === 0)
      throw new ConfigurationError('MODEL_WEIGHTS', 'the model has no weights: there is nothing to learn')
    if (!this.#variables.some(({ isTrainable }) => isTrainable)) {
      throw new ConfigurationError('MODEL_WEIGHTS', 'all layers of the model are frozen: there is nothing to learn')
    }
  }

  /** The weights, in their order. */
  get all(): readonly FlatWeight[] {
    return this.#variables
  }

  /** Gives the model the weights of the row at `offset`. */
  load(memory: Memory, offset: number): void {
    let next = offset
    tf.tidy(() => {
      for (const { shape, write } of this.#variables) {
        const size = tf.util.sizeFromShape(shape)
        // A copy: a backend may keep the array that it is given.
        write(tf.tensor(memory.float32.slice(next, next + size), shape))
        next += size
      }
    })
  }

  /** Writes the model's weights to the row at `offset`. */
  store(memory: Memory, offset: number): void {
    let next = offset
    for (const { shape, read } of this.#variables) {
      memory.float32.set(read().dataSync<'float32'>(), next)
      next += tf.util.sizeFromShape(shape)
    }
  }
}
