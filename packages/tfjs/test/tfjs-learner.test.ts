import { ConfigurationError, UsageError } from '@hearsay/core'
import { LinearLearner, loadRows, modelShape, Shards, shapeOf } from '@hearsay/learning'
import * as tf from '@tensorflow/tfjs-core'
import { initializers, layers, type LayersModel, type ModelCompileArgs, sequential } from '@tensorflow/tfjs-layers'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CreateModel, tfjsLearner, type TfjsLearnerOptions } from '../src/index.ts'
import { CLASSES, clusters, createMlp, FEATURES, newKernels, shardsOf, wordsAt } from './support.ts'

async function setUp(options: Partial<TfjsLearnerOptions> = {}, createModel: CreateModel = () => createMlp()) {
  const { kernels = newKernels() } = options
  const { shards = shardsOf(kernels, 2, 8) } = options
  const learner = await tfjsLearner(createModel, { backend: 'cpu', initialSeed: 1, ...options, kernels, shards })
  const models = Array.from({ length: 3 }, () => kernels.memory.allocate(learner.shape.words))
  const words = (model: number): number[] => wordsAt(kernels, model, learner.shape.words)
  return { kernels, shards, learner, models, words }
}

const dense = (units: number, seed?: number) =>
  layers.dense({
    inputShape: [FEATURES],
    units,
    ...(seed === undefined ? {} : { kernelInitializer: initializers.glorotUniform({ seed }) }),
  })

function compiled(...parts: layers.Layer[]) {
  const model = sequential({ layers: parts })
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  return model
}

describe('tfjsLearner', () => {
  test('lays the weights out in one row: layer by layer, trainable ones first', async () => {
    const { learner, words } = await setUp({}, () => {
      const model = sequential({
        layers: [
          layers.dense({ inputShape: [FEATURES], units: 2, useBias: false, kernelInitializer: 'ones' }),
          layers.batchNormalization({ betaInitializer: initializers.constant({ value: 7 }) }),
          layers.dense({
            units: CLASSES,
            kernelInitializer: initializers.constant({ value: 5 }),
            biasInitializer: 'ones',
          }),
        ],
      })
      model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' })
      return model
    })
    expect(learner.shape).toEqual({
      features: 6,
      classes: 3,
      outputs: 1,
      dimension: 29,
      bias: -1,
      stride: 32,
      words: 32,
    })
    // gamma, beta, moving mean, moving variance; a seed draws what has rank 2 anew.
    expect(words(learner.initial).slice(12, 20)).toEqual([1, 1, 7, 7, 0, 0, 1, 1])
    expect(words(learner.initial).slice(26)).toEqual([1, 1, 1, 0, 0, 0])
  })

  test('trains the moving averages of a batch normalisation with the rest', async () => {
    const { learner, models, words } = await setUp({}, () =>
      compiled(layers.batchNormalization({ inputShape: [FEATURES] }), layers.dense({ units: CLASSES })),
    )
    learner.update(0, models[0], 0)
    const average = words(models[0]).slice(2 * FEATURES, 3 * FEATURES)
    expect(average.every((value) => value !== 0)).toBe(true)
  })

  test('takes a model of age 0 for the initial one, whatever its words say', async () => {
    const { kernels, learner, models, words } = await setUp()
    kernels.memory.float32.fill(3, models[1], models[1] + learner.shape.dimension)
    const age = learner.update(0, models[0], 0)
    expect(learner.update(0, models[1], 0)).toBe(age)
    expect(words(models[1])).toEqual(words(models[0]))
    expect(learner.merge(models[2], models[0], age, models[1], 0)).toBe(age)
    expect(words(models[2])).toEqual(words(models[0]))
    expect(learner.merge(models[2], models[0], 0, models[1], 0)).toBe(0)
    expect(words(models[2])).toEqual(words(learner.initial))
  })

  test('counts the rows that it trains on, where it is given an array for them', async () => {
    const steps = new Float64Array(2)
    const { learner, models } = await setUp({ steps, epochs: 3 })
    learner.update(1, models[0], learner.update(1, models[0], 0))
    learner.create(0, models[2], models[0], 48, models[1], 0, false)
    expect([...steps]).toEqual([24, 48])
    const archive = new MemoryArchive()
    learner.persist(archive)
    steps.fill(0)
    learner.persist(archive.reader())
    expect([...steps]).toEqual([24, 48])
  })

  test('leaves a peer without rows as it is', async () => {
    const kernels = newKernels()
    const shards = new Shards(kernels.memory, modelShape(FEATURES, CLASSES, false), clusters(4), [[], [0, 1, 2, 3]])
    const { learner, models, words } = await setUp({ kernels, shards })
    expect(learner.update(0, models[0], 12)).toBe(12)
    expect(words(models[0])).toEqual(words(models[2]))
  })

  test('keeps no tensor, and no state of the optimiser from one update to the next', async () => {
    const optimizers = [() => tf.train.sgd(0.1), () => tf.train.adam(0.01), () => tf.train.momentum(0.01, 0.9)]
    for (const [optimizer, mu] of optimizers.flatMap((one) => [[one, 0] as const, [one, 0.5] as const])) {
      const { kernels, learner, models, words, shards } = await setUp({ mu, batch: 4 }, () => createMlp(optimizer))
      const evaluator = learner.evaluator(shards.all)
      const once = (): number => {
        const age = learner.update(0, models[0], 0)
        learner.create(1, models[2], models[0], age, models[1], 0, false)
        evaluator.error(models[0])
        evaluator.loss(models[0])
        return tf.memory().numTensors
      }
      const tensors = once()
      const first = words(models[2])
      for (let i = 0; i < 5; i++) expect(once()).toBe(tensors)
      expect(words(models[2])).toEqual(first)
      expect(first.some((word) => !Number.isFinite(word))).toBe(false)
      const before = tf.memory().numTensors
      learner.dispose()
      expect(tf.memory().numTensors).toBeLessThan(before)
      expect(kernels.memory.float32[models[2]]).toBe(first[0])
    }
  })

  describe('with μ of FedProx', () => {
    async function trained(options: Partial<TfjsLearnerOptions>, optimizer?: () => tf.Optimizer) {
      const { learner, models, words } = await setUp(options, () => createMlp(optimizer))
      learner.update(0, models[0], 0)
      return { first: words(learner.initial), words: words(models[0]) }
    }

    test.each<[string, Partial<TfjsLearnerOptions>, Partial<TfjsLearnerOptions>]>([
      ['from batch to batch', { batch: 4 }, { batch: 4, rowsPerUpdate: 4 }],
      ['from epoch to epoch', { epochs: 2 }, { epochs: 1 }],
    ])('adds μ(w − w₀) to the gradient of a step, w₀ staying the same %s', async (_, two, one) => {
      const [plain, held] = [await trained(two), await trained({ ...two, mu: 3 })]
      // The first step begins where it is held.
      const { first, words: afterOne } = await trained({ ...one, mu: 3 })
      expect(afterOne).toEqual((await trained(one)).words)
      const [eta, mu] = [0.1, 3]
      for (const [i, word] of held.words.entries()) {
        expect(word).toBeCloseTo(plain.words[i] - eta * mu * (afterOne[i] - first[i]), 6)
      }
      expect(held.words).not.toEqual(plain.words)
    })

    test('stays nearer to where it begins with Adam, too', async () => {
      const distances = []
      for (const mu of [0, 1, 100]) {
        const { first, words } = await trained({ mu, batch: 1, epochs: 5 }, () => tf.train.adam(0.01))
        distances.push(Math.hypot(...words.map((word, i) => word - first[i])))
      }
      expect(distances).toEqual(distances.toSorted((a, b) => b - a))
      expect(distances[2]).toBeLessThan(distances[0] / 2)
    })
  })

  test('draws the same initial weights from the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (initialSeed) => {
        const [one, two] = [await setUp({ initialSeed }), await setUp({ initialSeed })]
        const weights = one.words(one.learner.initial)
        expect(two.words(two.learner.initial)).toEqual(weights)
        const bound = Math.sqrt(6 / (FEATURES + 5))
        for (const weight of weights.slice(0, 5 * FEATURES))
          expect(Math.abs(weight)).toBeLessThanOrEqual(Math.fround(bound))
        expect(new Set(weights.slice(0, 5 * FEATURES)).size).toBe(5 * FEATURES)
        const other = await setUp({ initialSeed: initialSeed + 1 })
        expect(other.words(other.learner.initial)).not.toEqual(weights)
      }),
      { numRuns: 5 },
    )
  })

  test('draws none of the weights that are frozen, however they are, and trains none of them', async () => {
    const frozen = (trainable: boolean) =>
      layers.dense({ inputShape: [FEATURES], units: 4, useBias: false, kernelInitializer: 'ones', trainable })
    const late = frozen(true)
    late.trainable = false
    for (const first of [frozen(false), late]) {
      const { learner, models, words } = await setUp({}, () => compiled(first, layers.dense({ units: CLASSES })))
      const ones = Array.from({ length: 4 * FEATURES }, () => 1)
      expect(words(learner.initial).slice(0, ones.length)).toEqual(ones)
      expect(new Set(words(learner.initial).slice(ones.length, ones.length + 4 * CLASSES)).size).toBe(4 * CLASSES)
      learner.update(0, models[0], 0)
      expect(words(models[0]).slice(0, ones.length)).toEqual(ones)
      expect(words(models[0])).not.toEqual(words(learner.initial))
      expect(learner.schema.layers[0]).toMatch(/kernel float32\[6,4\] fixed$/)
    }
  })

  test('draws kernels of convolutions by all that feeds a unit', async () => {
    const { learner, words } = await setUp({}, () =>
      compiled(
        layers.reshape({ inputShape: [FEATURES], targetShape: [3, 2, 1] }),
        layers.conv2d({ filters: 5, kernelSize: [3, 2], useBias: false }),
        layers.flatten(),
        layers.dense({ units: CLASSES }),
      ),
    )
    const kernel = words(learner.initial).slice(0, 30).map(Math.abs)
    // 3 · 2 · (1 + 5) in and out; 30 draws come close to it.
    const bound = Math.sqrt(6 / 36)
    expect(Math.max(...kernel)).toBeLessThanOrEqual(Math.fround(bound))
    expect(Math.max(...kernel)).toBeGreaterThan(0.8 * bound)
  })

  test('takes a loss by itself, in a list, or by the name of the output', async () => {
    const trained = async (loss: ModelCompileArgs['loss']): Promise<number[]> => {
      const { learner, models, words } = await setUp({}, () => {
        const model = sequential({ layers: [layers.dense({ inputShape: [FEATURES], units: CLASSES, name: 'out' })] })
        model.compile({ optimizer: 'sgd', loss })
        return model
      })
      learner.update(0, models[0], 0)
      return words(models[0])
    }
    const expected = await trained('sparseCategoricalCrossentropy')
    expect(await trained(['sparseCategoricalCrossentropy'])).toEqual(expected)
    expect(await trained({ out: 'sparseCategoricalCrossentropy' })).toEqual(expected)
  })

  test('trains on the rows of the peer alone, also where batches do not divide them', async () => {
    const trained = async (ofOthers: number): Promise<number[]> => {
      const kernels = newKernels()
      const { features, labels } = clusters(14)
      features.fill(ofOthers, 7 * FEATURES)
      const shards = new Shards(
        kernels.memory,
        modelShape(FEATURES, CLASSES, false),
        { features, labels },
        [0, 7].map((first) => Array.from({ length: 7 }, (_, i) => first + i)),
      )
      const { learner, models, words } = await setUp({ kernels, shards, batch: 4 })
      expect(learner.update(0, models[0], 0)).toBe(7)
      return words(models[0])
    }
    expect(await trained(1)).toEqual(await trained(2))
  })

  test('wants the same initial weights each time, or a seed', async () => {
    const unseeded = { initialSeed: undefined }
    await expect(setUp(unseeded, () => compiled(dense(CLASSES)))).rejects.toThrow('initialSeed')
    const { learner } = await setUp(unseeded, () => compiled(dense(CLASSES, 3)))
    expect(learner.shape.dimension).toBe(CLASSES * (FEATURES + 1))
  })

  test('refuses a model that does not fit the rows, and says why', async () => {
    const refused: [CreateModel, string][] = [
      [() => compiled(layers.dense({ inputShape: [5], units: CLASSES })), 'takes [5], and a row has 6 features'],
      [() => compiled(dense(4)), 'gives [4], and there are 3 classes'],
      [() => compiled(dense(1)), 'gives [1], and there are 3 classes'],
      [() => sequential({ layers: [dense(CLASSES)] }), 'compile the model'],
      [
        () => compiled(layers.reshape({ inputShape: [3, 2], targetShape: [2, 3] }), layers.globalAveragePooling1d({})),
        'no weights',
      ],
      [() => compiled(layers.dense({ inputShape: [FEATURES], units: CLASSES, trainable: false })), 'are frozen'],
      [() => ({}) as unknown as LayersModel, 'not an object of the class Object'],
      [() => undefined as unknown as LayersModel, 'not nothing'],
      [() => Promise.resolve({ layers: [] } as unknown as LayersModel), 'has to return a tf.LayersModel'],
    ]
    for (const [createModel, message] of refused) {
      await expect(setUp({}, createModel)).rejects.toThrow(ConfigurationError)
      await expect(setUp({}, createModel)).rejects.toThrow(message)
    }
  })

  test('refuses options out of their range', async () => {
    for (const options of [{ epochs: 0 }, { batch: 1.5 }, { rowsPerUpdate: 0 }, { mu: -1 }, { mu: Number.NaN }]) {
      await expect(setUp(options)).rejects.toThrow(UsageError)
    }
    for (const options of [{ merge: 'limited' as const }, { mu: Number.POSITIVE_INFINITY }]) {
      await expect(setUp(options)).rejects.toThrow(UsageError)
    }
  })

  test('falls back to plain JavaScript where WebAssembly lacks a gradient, and says so', async () => {
    const createModel = () =>
      compiled(
        layers.reshape({ inputShape: [FEATURES], targetShape: [3, 2, 1] }),
        layers.conv2d({ filters: 2, kernelSize: 2 }),
        layers.flatten(),
        layers.dense({ units: CLASSES }),
      )
    await expect(setUp({ backend: 'wasm' }, createModel)).rejects.toThrow("the backend 'wasm' cannot train this model")
    const { learner, models } = await setUp({ backend: 'auto' }, createModel)
    expect(learner.update(0, models[0], 0)).toBe(8)
    // Where tfjs-node is here, it can.
    expect(learner.backend.backend).not.toBe('wasm')
    if (learner.backend.backend === 'cpu')
      expect(learner.backend.why).toMatch(/plain JavaScript; .*Conv2DBackpropFilter/)
  })
})

describe('TfjsEvaluator', () => {
  test('measures error, loss and confusion', async () => {
    const { kernels, learner, models } = await setUp({ epochs: 30, batch: 4 })
    const held = loadRows(kernels.memory, modelShape(FEATURES, CLASSES, false), clusters(30, 8))
    const evaluator = learner.evaluator(held)
    expect(evaluator.rows).toBe(30)
    const before = evaluator.loss(models[0])
    expect(before).toBe(evaluator.loss(learner.initial))
    learner.update(0, models[0], 0)
    expect(evaluator.loss(models[0])).toBeLessThan(before)
    expect(evaluator.error(models[0])).toBeLessThan(0.2)
    const confusion = evaluator.confusion(models[0])
    expect(confusion.reduce((sum, count) => sum + count, 0)).toBe(30)
    const right = [0, 1, 2].reduce((sum, label) => sum + confusion[label * CLASSES + label], 0)
    expect(1 - right / 30).toBeCloseTo(evaluator.error(models[0]), 12)
    expect(() => learner.evaluator({ ...held, count: 0 })).toThrow(UsageError)
  })

  test('sees as many rows as there are, each by itself', async () => {
    const { kernels, learner, models } = await setUp({ batch: 4 })
    learner.update(0, models[0], 0)
    const data = clusters(300, 8)
    const held = loadRows(kernels.memory, modelShape(FEATURES, CLASSES, false), data)
    const { stride } = modelShape(FEATURES, CLASSES, false)
    const predictions = new Int32Array(300)
    learner.evaluator(held).predictions(models[0], predictions)
    const one = new Int32Array(1)
    const counts = Array.from({ length: CLASSES ** 2 }, () => 0)
    for (const [row, label] of data.labels.entries()) {
      const range = { rows: held.rows + row * stride, labels: held.labels + row, count: 1 }
      learner.evaluator(range).predictions(models[0], one)
      expect(predictions[row]).toBe(one[0])
      counts[label * CLASSES + one[0]]++
    }
    expect([...learner.evaluator(held).confusion(models[0])]).toEqual(counts)
    expect(counts[1]).not.toBe(counts[CLASSES])
  })

  test('predicts the first of classes that are equal', async () => {
    const { kernels, learner, models, shards } = await setUp()
    // Weights of nothing but zeros stand for the initial model, but for one that no class depends on.
    kernels.memory.float32[models[0]] = 1
    const predictions = new Int32Array(16).fill(-1)
    learner.evaluator(shards.all).predictions(models[0], predictions)
    expect(new Set(predictions)).toEqual(new Set([0]))
  })

  test('reads one unit as the probability of class 1, as the linear model does its margin', async () => {
    const kernels = newKernels()
    const shape = modelShape(2, 2, false)
    const data = clusters(20, 4, 2, 2)
    const shards = new Shards(kernels.memory, shape, data, [Int32Array.from(data.labels.keys())])
    const createModel = () => {
      const model = sequential({
        layers: [layers.dense({ inputShape: [2], units: 1, activation: 'sigmoid', useBias: false })],
      })
      model.compile({ optimizer: tf.train.sgd(0.1), loss: 'binaryCrossentropy' })
      return model
    }
    const learner = await tfjsLearner(createModel, { kernels, shards, backend: 'cpu', batch: 1, initialSeed: 1 })
    const linear = new LinearLearner(
      kernels,
      new Shards(kernels.memory, shapeOf('logistic', 2, 2, false), data, [Int32Array.from(data.labels.keys())]),
      { model: 'logistic', lambda: 0, eta: 0.1, decay: false },
    )
    const [model, other] = [0, 0].map(() => kernels.memory.allocate(4))
    kernels.copy(learner.initial, other, 2)
    learner.update(0, model, 0)
    linear.update(0, other, 0)
    for (const word of [0, 1])
      expect(kernels.memory.float32[model + word]).toBeCloseTo(kernels.memory.float32[other + word], 5)
    expect(learner.evaluator(shards.all).error(model)).toBeLessThan(0.3)
  })
})
