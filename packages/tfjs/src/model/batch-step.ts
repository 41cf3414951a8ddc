import { ConfigurationError } from '@hearsay/core'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel, Sequential } from '@tensorflow/tfjs-layers'
import { disposeOptimizer } from './dispose-model.ts'

/** What `fit` and `trainOnBatch` run for a batch, losses and regularisers and all; they alone make it asynchronous. */
type TrainFunction = (data: tf.Tensor[]) => tf.Scalar[]

/** A model whose training is reached for directly: the kernel contract knows no awaiting, and the backends here need none. */
interface Trainable {
  optimizer: tf.Optimizer
  readonly trainableWeights: readonly { read(): tf.Tensor }[]
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
   *
   * @param mu - μ: the steps from now on have μ(w − w₀) added to their gradient, w₀ being the present weights. Within the tidy in
   *   which the steps are taken.
   */
  restart(mu: number): void {
    if (!this.#isStateless) this.#renewOptimizer()
    if (mu > 0) this.#holdTo(mu)
  }

  /** One step. Returns nothing: reading the loss back costs as much as a small step. */
  run(features: tf.Tensor, targets: tf.Tensor): void {
    for (const value of this.#train([features, targets])) value.dispose()
  }

  #renewOptimizer(): void {
    const used = this.#model.optimizer
    const itself = used.constructor as unknown as OptimizerClass
    this.#model.optimizer = itself.fromConfig(itself, used.getConfig())
    disposeOptimizer(used)
  }

  #holdTo(mu: number): void {
    const { optimizer, trainableWeights } = this.#model
    const held = new Map(
      trainableWeights.map((weight) => {
        const now = weight.read() as tf.Variable
        return [now.name, { now, first: tf.clone(now) }] as const
      }),
    )
    const { applyGradients } = Object.getPrototypeOf(optimizer) as tf.Optimizer
    optimizer.applyGradients = (gradients) => {
      // Training names its variables: their gradients come in an array.
      const proximal = (gradients as Exclude<typeof gradients, tf.NamedTensorMap>).map(({ name, tensor }) => {
        const weight = held.get(name)
        if (weight === undefined) return { name, tensor }
        return { name, tensor: tf.add(tensor, tf.mul(mu, tf.sub(weight.now, weight.first))) }
      })
      applyGradients.call(optimizer, proximal)
    }
  }
}
