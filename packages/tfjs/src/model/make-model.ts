import { ConfigurationError } from '@hearsay/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Makes a compiled model of one input and one output, its inputShape given. */
export type CreateModel = () => LayersModel | Promise<LayersModel>

/** @throws {@link ConfigurationError} `MODEL_KIND` where what the reader's function makes is no model of layers; what it throws. */
export async function makeModel(createModel: CreateModel): Promise<LayersModel> {
  const model: unknown = await createModel()
  // Not `instanceof`: an application may have a copy of TensorFlow.js of its own.
  if (isLayersModel(model)) return model
  throw new ConfigurationError(
    'MODEL_KIND',
    `the function that makes the model has to return a tf.LayersModel, such as tf.sequential() or tf.model(), not ${describe(model)}`,
  )
}

function isLayersModel(value: unknown): value is LayersModel {
  const { layers, getWeights } = (value ?? {}) as { readonly layers?: unknown; readonly getWeights?: unknown }
  return Array.isArray(layers) && typeof getWeights === 'function'
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === undefined ? 'nothing' : String(value)
  return `an object of the class ${value.constructor?.name ?? 'null'}`
}
