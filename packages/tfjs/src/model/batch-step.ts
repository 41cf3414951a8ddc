import { ConfigurationError } from '@hearsay/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { LayersModel, Sequential } from '@tensorflow/tfjs-layers'
import { disposeOptimizer } from './dispose-model.ts'

/** What `fit` and `trainOnBatch` run for a batch, losses and regularisers and all; they alone make it asynchronous. */
type TrainFunction = (data: tf.Tensor[]) => tf.Scalar[]

/** A model whose training is reached for directly: the kernel contract knows no awaiting, and the backends here need none. */
interface Trainable {
  optimizer: tf.Optimizer
  makeTrainFunction(): TrainFunction
}

interface OptimizerClass {
  fromConfig(itself: OptimizerClass, config: ReturnType<tf.Optimizer['getConfig']>): tf.Optimizer
}

/** Takes optimiser steps on a compiled model. */
export class BatchStep {
  readonly #model: Trainable
  readonly #train: TrainFunction
  readonly #isStateless: boolean

  /** @throws {@link ConfigurationError} `MODEL_COMPILE` where the model is not compiled. */
  constructor(model: LayersModel) {
    if (model.optimizer === undefined || model.loss === undefined) {
      throw new ConfigurationError(
        'MODEL_COMPILE',
        'compile the model with an optimizer and a loss before it is given away',
      )
    }
    // A sequential model trains through one that is not.
    const inner = (model as unknown as { readonly model?: Sequential }).model ?? model
    this.#model = inner as unknown as Trainable
    this.#train = this.#model.makeTrainFunction()
    this.#isStateless = model.optimizer.getClassName() === 'SGD'
  }

  /**
   * Makes the optimiser's state (moments, velocities) what it was at first. The model under it is about to be that of another
   * peer, or a merged one, which it knows nothing of.
   */
  restart(): void {
    if (this.#isStateless) return
    const used = this.#model.optimizer
    const itself = used.constructor as unknown as OptimizerClass
    this.#model.optimizer = itself.fromConfig(itself, used.getConfig())
    disposeOptimizer(used)
  }

  /** One step. Returns nothing: reading the loss back costs as much as a small step. */
  run(features: tf.Tensor, targets: tf.Tensor): void {
    for (const value of this.#train([features, targets])) value.dispose()
  }
}
