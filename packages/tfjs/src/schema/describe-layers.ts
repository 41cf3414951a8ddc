import type { layers, LayersModel } from '@tensorflow/tfjs-layers'

type Layer = layers.Layer

/** What a layer is made with that its weights, once they are there, do not depend on. */
const IRRELEVANT =
  /^(name|trainable|dtype|seed|batchInputShape|batchSize|inputDType)$|(Initializer|Regularizer|Constraint)$/

/**
 * One line a layer, in the model's order: its number, its class, the layers that feed it where these are not just the one before,
 * its settings, and its weights in the order in which they are flattened. Nothing in it depends on names that TensorFlow.js
 * makes up, which count upwards within a process.
 */
export function describeLayers(model: LayersModel): string[] {
  const trainable = new Set(model.trainableWeights)
  return model.layers.map((layer, index) => {
    const weights = layer.weights.map((weight) => {
      const { originalName, dtype, shape } = weight
      return `${originalName.split('/').at(-1)} ${dtype}[${shape.join(',')}]${trainable.has(weight) ? '' : ' fixed'}`
    })
    return [`${index} ${layer.getClassName()}`, inbound(model, layer, index), settings(layer), ...weights]
      .filter((part) => part !== '')
      .join('; ')
  })
}

function inbound(model: LayersModel, layer: Layer, index: number): string {
  const from = layer.inboundNodes.flatMap((node) => node.inboundLayers.map((source) => model.layers.indexOf(source)))
  const known = from.filter((source) => source >= 0)
  return known.length === 0 || (known.length === 1 && known[0] === index - 1) ? '' : `of ${known.join(', ')}`
}

function settings(layer: Layer): string {
  const nested = (layer as { readonly layers?: readonly Layer[] }).layers
  if (nested !== undefined) return `(${describeLayers(layer as unknown as LayersModel).join(' | ')})`
  const text = JSON.stringify(canonical(layer.getConfig()))
  return text === '{}' ? '' : text
}

/** A copy with sorted keys, and without what does not matter. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key, entry]) => !IRRELEVANT.test(key) && entry !== null && entry !== undefined,
  )
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, canonical(entry)]))
}
