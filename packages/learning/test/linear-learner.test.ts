import { randomStream, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  LINEAR_MODELS,
  LinearLearner,
  type LinearLearnerOptions,
  modelShape,
  passPlan,
  Shards,
  shapeOf,
} from '../src/index.ts'
import { BACKENDS, clusters, randomiseModel, ReferenceLearner, type ReferenceOptions, weightsAt } from './reference.ts'

const FEATURES = 6
const ASSIGNMENT = [[0, 1, 2], [3], [4, 5, 6, 7, 8], []]

const options: fc.Arbitrary<ReferenceOptions> = fc.record({
  model: fc.constantFrom(...LINEAR_MODELS),
  lambda: fc.constantFrom(0, 0.01, 0.3, 1),
  eta: fc.constantFrom(0.01, 0.1, 1),
  decay: fc.boolean(),
  batch: fc.constantFrom(1, 2, 10),
  regulariseBias: fc.boolean(),
  creation: fc.constantFrom('RW', 'MU', 'UM'),
  merge: fc.constantFrom('age-weighted', 'mean'),
  ageRule: fc.constantFrom('max', 'sum'),
  mergeShareMax: fc.constantFrom(1, 0.5, 0.2),
})
const worlds = fc.record({ seed: fc.nat(), classes: fc.integer({ min: 2, max: 4 }), bias: fc.boolean(), options })
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never

describe.each(BACKENDS)('LinearLearner (%s)', (backend) => {
  const setUp = ({ seed, classes, bias, options }: World) => {
    const kernels = createKernels({ backend })
    const shape = shapeOf(options.model, FEATURES, classes, bias)
    const data = clusters(seed, 12, FEATURES, classes, 0.5)
    const learner = new LinearLearner(kernels, new Shards(kernels.memory, shape, data, ASSIGNMENT), options)
    const reference = new ReferenceLearner(shape, data, ASSIGNMENT, options)
    const allocate = (): number => kernels.memory.allocate(shape.words)
    return { kernels, shape, learner, reference, allocate, random: randomStream(seed, 1) }
  }
  const expectClose = (actual: number[][], expected: number[][]): void => {
    const scale = Math.max(1, ...expected.flat().map(Math.abs))
    for (const [k, output] of expected.entries()) {
      for (const [i, weight] of output.entries()) expect(Math.abs(actual[k][i] - weight)).toBeLessThan(2e-5 * scale)
    }
  }

  test('creates models as the papers’ algorithms do, in plain float64', () => {
    fc.assert(
      fc.property(worlds, fc.nat(3), fc.nat(50), fc.nat(50), (world, peer, ageReceived, agePartner) => {
        const { kernels, shape, learner, reference, allocate, random } = setUp(world)
        const [target, received, partner] = [allocate(), allocate(), allocate()]
        const models = [received, partner].map((at) => randomiseModel(kernels, shape, at, random))
        const expected = reference.create(
          peer,
          { weights: models[0], age: ageReceived },
          { weights: models[1], age: agePartner },
        )
        fc.pre(!reference.ambiguous)
        const age = learner.create(peer, target, received, ageReceived, partner, agePartner, true)
        expect(age).toBe(expected.age)
        expectClose(weightsAt(kernels, shape, target), expected.weights)
        expect(weightsAt(kernels, shape, received)).toEqual(models[0])
        expect(weightsAt(kernels, shape, partner)).toEqual(models[0])
      }),
      { numRuns: 300 },
    )
  })

  test('creates the same in the place of the partner, and spares it where it is told to', () => {
    fc.assert(
      fc.property(worlds, fc.nat(3), fc.nat(50), fc.nat(50), (world, peer, ageReceived, agePartner) => {
        const { kernels, shape, learner, allocate, random } = setUp(world)
        const [target, received, partner] = [allocate(), allocate(), allocate()]
        randomiseModel(kernels, shape, received, random)
        const before = randomiseModel(kernels, shape, partner, random)
        const age = learner.create(peer, target, received, ageReceived, partner, agePartner, false)
        expect(weightsAt(kernels, shape, partner)).toEqual(before)
        expect(learner.create(peer, partner, received, ageReceived, partner, agePartner, false)).toBe(age)
        expect(weightsAt(kernels, shape, partner)).toEqual(weightsAt(kernels, shape, target))
      }),
    )
  })

  test('stays close to the reference over many models in a row', () => {
    fc.assert(
      fc.property(worlds, fc.array(fc.nat(3), { minLength: 10, maxLength: 30 }), (world, peers) => {
        // A constant step of 1 may diverge, and then rounding errors grow without bound.
        fc.pre(world.options.decay || world.options.eta < 0.1)
        const { kernels, shape, learner, reference, allocate } = setUp(world)
        const [target, received, last] = [allocate(), allocate(), allocate()]
        let [current, previous] = [reference.fresh(), reference.fresh()]
        for (const peer of peers) {
          const next = reference.create(peer, current, previous)
          kernels.copy(target, received, shape.words)
          const age = learner.create(peer, target, received, current.age, last, previous.age, true)
          expect(age).toBe(next.age)
          previous = current
          current = next
        }
        fc.pre(!reference.ambiguous)
        expectClose(weightsAt(kernels, shape, target), current.weights)
      }),
    )
  })

  test('keeps the padding of a model zero', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { kernels, shape, learner, allocate, random } = setUp(world)
        const [target, received, partner] = [allocate(), allocate(), allocate()]
        randomiseModel(kernels, shape, received, random)
        learner.create(2, target, received, 3, partner, 4, true)
        for (let k = 0; k < shape.outputs; k++) {
          const first = target + k * shape.stride
          const padding = kernels.memory.float32.subarray(first + shape.dimension, first + shape.stride)
          expect(padding.every((word) => word === 0)).toBe(true)
        }
      }),
    )
  })

  test.each(['pegasos', 'logistic', 'adaline'] as const)('%s with K classes is K binary models', (model) => {
    const classes = 4
    const data = clusters(3, 40, FEATURES, classes, 0.7)
    const all = [...data.labels.keys()]
    const kernels = createKernels({ backend })
    const train = (labels: Int32Array, count: number): number[][] => {
      const shape = shapeOf(model, FEATURES, count, true)
      const shards = new Shards(kernels.memory, shape, { ...data, labels }, [all])
      const learner = new LinearLearner(kernels, shards, { model, lambda: 0.1 })
      const at = kernels.memory.allocate(shape.words)
      learner.update(0, at, learner.update(0, at, 0))
      return weightsAt(kernels, shape, at)
    }
    const together = train(data.labels, classes)
    expect(together).toHaveLength(classes)
    for (let label = 0; label < classes; label++) {
      expect(
        train(
          data.labels.map((other) => (other === label ? 1 : 0)),
          2,
        ),
      ).toEqual([together[label]])
    }
  })

  test('merges by age, evenly where both models are fresh', () => {
    const kernels = createKernels({ backend })
    const shards = new Shards(kernels.memory, modelShape(1, 2, false), clusters(1, 2, 1, 2, 1), [])
    const merged = (ageA: number, ageB: number, more: Partial<LinearLearnerOptions> = {}): [number, number] => {
      const learner = new LinearLearner(kernels, shards, { model: 'pegasos', ...more })
      const [target, a, b] = [0, 0, 0].map(() => kernels.memory.allocate(4))
      kernels.memory.float32[a] = 8
      return [learner.merge(target, a, ageA, b, ageB), kernels.memory.float32[target]]
    }
    expect(merged(3, 1)).toEqual([3, 6])
    expect(merged(0, 0)).toEqual([0, 4])
    expect(merged(0, 5)).toEqual([5, 0])
    expect(merged(3, 1, { merge: 'mean' })).toEqual([3, 4])
    expect(merged(3, 1, { ageRule: 'sum' })).toEqual([4, 6])
    expect(merged(3, 1, { mergeShareMax: 0.5 })).toEqual([3, 4])
    expect(merged(1, 3, { mergeShareMax: 0.5 })).toEqual([3, 2])
    expect(merged(2 ** 53 - 1, 1, { mergeShareMax: 0.25 })).toEqual([2 ** 53 - 1, 2])
    expect(merged(2 ** 53 - 1, 2 ** 53 - 1, { ageRule: 'sum' })).toEqual([2 ** 53 - 1, 4])
  })
})

describe('options', () => {
  const shape = modelShape(2, 2, true)
  const kernels = createKernels({ backend: 'javascript' })
  const shards = new Shards(kernels.memory, shape, clusters(1, 4, 2, 2, 1), [[0]])

  test('make Pegasos of the hinge loss: η₀ = 1/λ', () => {
    expect(passPlan(shape, { model: 'pegasos', lambda: 0.25 })).toEqual({
      ...{ stride: 4, bias: 2, lambda: 0.25, eta: 4, decay: true, batch: 1 },
    })
    expect(passPlan(shape, { model: 'logistic' })).toMatchObject({ lambda: 1e-4, eta: 1e4, decay: true })
  })

  test('give Adaline a constant step', () => {
    expect(passPlan(shape, { model: 'adaline' })).toMatchObject({ eta: 1e-4, decay: false })
    const data = { features: Float32Array.of(2), labels: Int32Array.of(1) }
    const line = modelShape(1, 2, false)
    const rows = new Shards(kernels.memory, line, data, [[0]])
    const learner = new LinearLearner(kernels, rows, { model: 'adaline', eta: 0.125, lambda: 0 })
    const model = kernels.memory.allocate(4)
    // w ← w + η(1 − 2w)·2, whatever the age: ¼, then 3/8, then 7/16.
    const steps = [0, 1000, 12].map((age) => [learner.update(0, model, age), kernels.memory.float32[model]])
    expect(steps).toEqual([
      [1, 0.25],
      [1001, 0.375],
      [13, 0.4375],
    ])
  })

  const refused: [code: string, options: Partial<LinearLearnerOptions>][] = [
    ['LAMBDA', { lambda: -1 }],
    ['LAMBDA', { lambda: Number.NaN, eta: 1 }],
    ['LAMBDA', { lambda: Number.POSITIVE_INFINITY, eta: 1 }],
    ['ETA', { lambda: 0 }],
    ['ETA', { eta: 0 }],
    ['ETA', { eta: -1 }],
    ['ETA', { eta: Number.NaN }],
    ['BATCH', { batch: 0 }],
    ['BATCH', { batch: 1.5 }],
    ['BATCH', { batch: 4097 }],
    ['MERGE_SHARE', { mergeShareMax: 0 }],
    ['MERGE_SHARE', { mergeShareMax: 1.1 }],
    ['MERGE_SHARE', { mergeShareMax: Number.NaN }],
    ['MODEL_SHAPE', { model: 'softmax' }],
  ]
  test.each(refused)('are refused: %s of %o', (code, more) => {
    const make = (): unknown => new LinearLearner(kernels, shards, { model: 'pegasos', ...more })
    expect(make).toThrow(UsageError)
    expect(make).toThrow(expect.objectContaining({ code }))
  })
})
