import { UsageError } from '@hearsay/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { createMlp, type MlpOptions, modelSchema, selectBackend } from '../src/index.ts'

const MLP: MlpOptions = { features: 4, hidden: [3, 2], classes: 5 }

/** Units and activation of each layer. */
async function layersOf(options: MlpOptions): Promise<(string | undefined)[]> {
  const { layers } = await modelSchema(createMlp(options))
  return layers.map((line) =>
    /"activation":"(\w+)","units":\d+.*kernel float32(\[.*?\])/.exec(line)?.slice(1).join(' '),
  )
}

describe('createMlp', () => {
  beforeAll(async () => {
    await selectBackend('cpu')
  })

  test('makes hidden layers of rectified linear units, and a softmax', async () => {
    expect(await layersOf(MLP)).toEqual(['relu [4,3]', 'relu [3,2]', 'softmax [2,5]'])
    expect(await layersOf({ ...MLP, hidden: [] })).toEqual(['softmax [4,5]'])
  })

  test('steps with Adam as far as it is told', () => {
    for (const [options, learningRate] of [
      [MLP, 0.01],
      [{ ...MLP, eta: 0.2 }, 0.2],
    ] as const) {
      const { optimizer } = createMlp(options)
      expect([optimizer.getClassName(), optimizer.getConfig()]).toMatchObject(['Adam', { learningRate }])
    }
  })

  test.each<Partial<MlpOptions>>([
    { features: 0 },
    { features: 1.5 },
    { hidden: [3, 0] },
    { hidden: [Number.NaN] },
    { classes: 1 },
    { eta: 0 },
    { eta: Number.NaN },
    { eta: Infinity },
  ])('refuses %o', (wrong) => {
    expect(() => createMlp({ ...MLP, ...wrong })).toThrow(UsageError)
  })
})
