import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

const disposed = new WeakSet<LayersModel>()

/** Gives back all tensors of a model and its optimiser, if it has one. Idempotent, as the model's own `dispose` is not. */
export function disposeModel(model: LayersModel): void {
  if (disposed.has(model)) return
  disposed.add(model)
  if (model.optimizer !== undefined) disposeOptimizer(model.optimizer)
  model.dispose()
}

/** Gives back all tensors of an optimiser: that of momentum forgets one in its own `dispose`. */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose()
  for (const value of Object.values(optimizer)) if (value instanceof tf.Tensor && !value.isDisposed) value.dispose()
}
