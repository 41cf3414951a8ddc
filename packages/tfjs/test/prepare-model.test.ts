import { EnvironmentError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { modelShape, Shards } from '@hearsay/learning'
import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { createMlp, prepareModel, tfjsLearner, type TfjsLearner } from '../src/index.ts'

const MLP = { features: 2, hidden: [3], classes: 2 }
const ROWS = { features: Float32Array.of(1, 2, -1, -2, 0.5, 1), labels: Int32Array.of(1, 0, 1) }

function setting() {
  const kernels = createKernels()
  const shards = new Shards(kernels.memory, modelShape(2, 2, false), ROWS, [[0, 1, 2]])
  return { kernels, shards, initialSeed: 7, batch: 2 }
}

function trained({ kernels }: ReturnType<typeof setting>, learner: TfjsLearner): number[] {
  const model = kernels.memory.allocate(learner.shape.words)
  expect(learner.update(0, model, 0)).toBe(3)
  return Array.from(kernels.memory.float32.subarray(model, model + learner.shape.words))
}

describe('a prepared model', () => {
  it('gives the learner that awaiting would have given', async () => {
    const [here, there] = [setting(), setting()]
    const prepared = await prepareModel(() => createMlp(MLP), { backend: 'cpu' })
    const learner = prepared.learner(here)
    const awaited = await tfjsLearner(() => createMlp(MLP), { ...there, backend: 'cpu' })
    expect(learner.schema).toEqual(awaited.schema)
    expect(learner.backend).toEqual(awaited.backend)
    expect(prepared.words).toBe(learner.shape.words)
    expect(trained(here, learner)).toEqual(trained(there, awaited))
    awaited.dispose()
    prepared.dispose()
  })

  it('gives its tensors back', async () => {
    const before = tf.memory().numTensors
    const prepared = await prepareModel(() => createMlp(MLP), { backend: 'cpu' })
    const here = setting()
    trained(here, prepared.learner(here))
    expect(tf.memory().numTensors).toBeGreaterThan(before)
    prepared.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('says where its backend cannot train it', async () => {
    const createModel = () => {
      const model = sequential({
        layers: [
          layers.reshape({ inputShape: [2], targetShape: [2, 1, 1] }),
          layers.conv2d({ filters: 2, kernelSize: 1 }),
          layers.flatten(),
          layers.dense({ units: 2 }),
        ],
      })
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      return model
    }
    const prepared = await prepareModel(createModel, { backend: 'wasm' })
    expect(() => prepared.learner(setting())).toThrow(EnvironmentError)
    prepared.dispose()
  })

  it('may be disposed of beside its learner, and where it had none', async () => {
    const prepared = await prepareModel(() => createMlp(MLP), { backend: 'cpu' })
    prepared.learner(setting()).dispose()
    prepared.dispose()
    const plain = sequential({ layers: [layers.dense({ inputShape: [2], units: 2 })] })
    const before = tf.memory().numTensors
    const unusable = await prepareModel(() => plain, { backend: 'cpu' })
    expect(() => unusable.learner(setting())).toThrow('compile the model')
    unusable.dispose()
    expect(tf.memory().numTensors).toBe(before - 2)
  })
})
