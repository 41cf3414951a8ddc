import { randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { type LabelledRows, modelShape, Shards } from '@hearsay/learning'
import * as tf from '@tensorflow/tfjs-core'
import { layers, type LayersModel, sequential } from '@tensorflow/tfjs-layers'
import { type BackendName, BACKENDS, selectBackend } from '../src/index.ts'

export const FEATURES = 6
export const CLASSES = 3

/** Classes that a straight cut does not separate, but that are easy to learn. */
export function clusters(rows: number, seed = 7, features: number = FEATURES, classes: number = CLASSES): LabelledRows {
  const random = randomStream(seed)
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes)
  const values = Float32Array.from({ length: rows * features }, (_, i) => {
    const label = labels[Math.floor(i / features)]
    return (i % features) % classes === label ? 1.5 + 0.5 * random.normal() : 0.5 * random.normal()
  })
  return { features: values, labels }
}

/** `each` rows a peer, in turn. */
export function shardsOf(kernels: Kernels, peers: number, each: number): Shards {
  const assignment = Array.from({ length: peers }, (_, peer) =>
    Array.from({ length: each }, (_row, i) => peer * each + i),
  )
  return new Shards(kernels.memory, modelShape(FEATURES, CLASSES, false), clusters(peers * each), assignment)
}

/** A network with one hidden layer. */
export function createMlp(optimizer: () => tf.Optimizer = () => tf.train.sgd(0.1)): LayersModel {
  const model = sequential({
    layers: [
      layers.dense({ inputShape: [FEATURES], units: 5, activation: 'relu' }),
      layers.dense({ units: CLASSES, activation: 'softmax' }),
    ],
  })
  model.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy' })
  return model
}

export function newKernels(): Kernels {
  return createKernels({ backend: 'javascript' })
}

/** The words of a row. */
export function wordsAt(kernels: Kernels, offset: number, length: number): number[] {
  return [...kernels.memory.float32.slice(offset, offset + length)]
}

/** Every backend, with why it cannot be tested here where it cannot. */
export async function backendsHere(): Promise<{ backend: BackendName; absent: string | undefined }[]> {
  const found: { backend: BackendName; absent: string | undefined }[] = []
  for (const backend of BACKENDS) {
    const absent = await selectBackend(backend).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    found.push({ backend, absent })
  }
  return found
}
