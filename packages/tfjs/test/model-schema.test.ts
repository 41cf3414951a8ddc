import { RemoteError } from '@hearsay/core'
import { input, layers, type LayersModel, model, sequential } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { assertSameSchema, firstDifference, modelSchema, schemaHash, selectBackend } from '../src/index.ts'

interface Wishes {
  readonly units?: number
  readonly activation?: 'relu' | 'tanh'
  readonly dropout?: boolean
  readonly name?: string
}

function network({ units = 4, activation = 'relu', dropout = false, name }: Wishes = {}): LayersModel {
  const first = layers.dense({ inputShape: [3], units, activation, ...(name === undefined ? {} : { name }) })
  const middle = dropout ? [layers.dropout({ rate: 0.1 })] : []
  return sequential({ layers: [first, layers.batchNormalization(), ...middle, layers.dense({ units: 2 })] })
}

/** Two ways from the input to the output, joined in one order or the other. */
function branched(isSwapped: boolean): LayersModel {
  const rows = input({ shape: [3] })
  const a = layers.dense({ units: 2, activation: 'relu' }).apply(rows)
  const b = layers.dense({ units: 2, activation: 'tanh' }).apply(rows)
  const joined = layers.concatenate().apply((isSwapped ? [b, a] : [a, b]) as Parameters<layers.Layer['apply']>[0])
  const output = layers.dense({ units: 2 }).apply(joined)
  return model({ inputs: rows, outputs: output as Parameters<typeof model>[0]['outputs'] })
}

describe('modelSchema', () => {
  beforeAll(async () => {
    await selectBackend('cpu')
  })

  test('is the same whatever names TensorFlow.js has made up, or a caller has given', async () => {
    const first = await modelSchema(network())
    for (const name of [undefined, 'hidden'])
      expect(await modelSchema(network(name === undefined ? {} : { name }))).toEqual(first)
    expect(first.layers).toEqual([
      '0 Dense; {"activation":"relu","units":4,"useBias":true}; kernel float32[3,4]; bias float32[4]',
      '1 BatchNormalization; {"axis":-1,"center":true,"epsilon":0.001,"momentum":0.99,"scale":true}; gamma float32[4]; ' +
        'beta float32[4]; moving_mean float32[4] fixed; moving_variance float32[4] fixed',
      '2 Dense; {"activation":"linear","units":2,"useBias":true}; kernel float32[4,2]; bias float32[2]',
    ])
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await schemaHash(first.layers)).toBe(first.hash)
  })

  test('differs with the width, the activation, and the layers', async () => {
    const variants = [{}, { units: 5 }, { activation: 'tanh' }, { dropout: true }] as const
    const hashes = await Promise.all(variants.map(async (wishes) => (await modelSchema(network(wishes))).hash))
    expect(new Set(hashes).size).toBe(variants.length)
  })

  test('looks into models that are layers of others', async () => {
    const outer = (units: number): LayersModel =>
      sequential({ layers: [sequential({ layers: [layers.dense({ inputShape: [3], units }), layers.reLU()] })] })
    const [one, same, other] = await Promise.all([4, 4, 5].map((units) => modelSchema(outer(units))))
    expect(same).toEqual(one)
    expect(firstDifference(one, other)).toMatch(/^layer 0 is .*"units":4.*ReLU.* here and .*"units":5.* there$/)
  })

  test('differs with the way in which layers are joined', async () => {
    const [one, same, other] = await Promise.all(
      [false, false, true].map((isSwapped) => modelSchema(branched(isSwapped))),
    )
    expect(same).toEqual(one)
    expect(one.layers[3]).toMatch(/^3 Concatenate; of 1, 2; /)
    expect(firstDifference(one, other)).toMatch(/^layer 1 is .*relu.* here and .*tanh.* there$/)
  })
})

describe('assertSameSchema', () => {
  test('names both hashes and the first layer that differs', async () => {
    await selectBackend('cpu')
    const own = await modelSchema(network())
    const other = await modelSchema(network({ dropout: true }))
    assertSameSchema(own, await modelSchema(network()))
    const merging = () => assertSameSchema(own, other)
    expect(merging).toThrow(RemoteError)
    for (const part of [own.hash, other.hash, 'layer 2 is 2 Dense; ', 'here and 2 Dropout; {"rate":0.1} there']) {
      expect(merging).toThrow(part)
    }
    expect(firstDifference(own, { layers: own.layers.slice(0, 2), hash: 'x' })).toMatch(
      /^layer 2 is 2 Dense.* and absent there$/,
    )
    expect(firstDifference(own, { layers: own.layers, hash: 'x' })).toContain('one of the hashes')
  })
})
