import { RemoteError } from '@hearsay/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { describeLayers } from './describe-layers.ts'

/**
 * What two models must have in common so that their weights can be averaged: layers, how they are joined, and their weights.
 * Names, initial values, regularisers, losses and optimisers may differ.
 */
export interface ModelSchema {
  /** One line a layer, in the order in which weights are flattened; see {@link describeLayers}. */
  readonly layers: readonly string[]
  /** SHA-256 of the lines, joined by line feeds, in UTF-8: 64 hexadecimal digits. */
  readonly hash: string
}

/** The schema of a model; the same for every model that the same code makes, in any process. */
export async function modelSchema(model: LayersModel): Promise<ModelSchema> {
  const layers = describeLayers(model)
  return { layers, hash: await schemaHash(layers) }
}

/** SHA-256 of the lines of a {@link ModelSchema}: what a received schema's hash is held against. */
export async function schemaHash(layers: readonly string[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(layers.join('\n')))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The first layer in which two schemas differ, for people; `undefined` where they are the same. */
export function firstDifference(own: ModelSchema, other: ModelSchema): string | undefined {
  const layers = Math.max(own.layers.length, other.layers.length)
  for (let layer = 0; layer < layers; layer++) {
    const [here, there] = [own.layers[layer], other.layers[layer]]
    if (here !== there) return `layer ${layer} is ${here ?? 'absent'} here and ${there ?? 'absent'} there`
  }
  return own.hash === other.hash ? undefined : 'the layers are the same, so one of the hashes is not theirs'
}

/** @throws {@link RemoteError} `MODEL_SCHEMA` where the other's model is not of this one's schema: names both hashes and the first difference. */
export function assertSameSchema(own: ModelSchema, other: ModelSchema): void {
  const difference = firstDifference(own, other)
  if (difference === undefined) return
  throw new RemoteError(
    'MODEL_SCHEMA',
    `models of different architectures are not merged: own ${own.hash}, the other ${other.hash}; ${difference}`,
  )
}
