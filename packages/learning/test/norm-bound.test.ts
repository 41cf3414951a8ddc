import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  LinearLearner,
  type LinearLearnerOptions,
  modelShape,
  normBound,
  passPlan,
  Shards,
  shapeOf,
} from '../src/index.ts'
import { clusters } from './reference.ts'

const FEATURES = 3
/** Shards of many sizes, so that last batches are of many sizes too. */
const ASSIGNMENT = [[0], [1], [2, 3], [4, 5, 6], [7, 8, 9, 10, 11], [12, 13, 14, 15, 16, 17, 18, 19]]

const configurations = fc.record({
  seed: fc.nat(),
  model: fc.constantFrom('pegasos' as const, 'logistic' as const, 'softmax' as const),
  classes: fc.integer({ min: 2, max: 3 }),
  bias: fc.boolean(),
  regulariseBias: fc.boolean(),
  batch: fc.constantFrom(1, 2, 3, 10),
  lambda: fc.constantFrom(1e-4, 0.01, 1),
  /** η₀λ: 1 is Pegasos, and above it the first steps overshoot. */
  excess: fc.constantFrom(0.01, 0.5, 1, 1.7, 4, 9),
  merge: fc.constantFrom('age-weighted' as const, 'mean' as const),
  ageRule: fc.constantFrom('max' as const, 'sum' as const),
  creation: fc.constantFrom('RW' as const, 'MU' as const, 'UM' as const),
  rowNormMax: fc.constantFrom(0.1, 1, 30),
})
/** One receipt: the peer whose rows are used, and which of four models plays which part. */
const receipts = fc.array(fc.tuple(fc.nat(ASSIGNMENT.length - 1), fc.nat(3), fc.nat(3), fc.nat(3)), {
  minLength: 5,
  maxLength: 60,
})

describe('normBound', () => {
  test('is never exceeded by honest models, however they are trained and merged', () => {
    fc.assert(
      fc.property(configurations, receipts, (configuration, steps) => {
        const { seed, model, classes, bias, rowNormMax, excess } = configuration
        const kernels = createKernels({ backend: 'javascript' })
        const shape = shapeOf(model, FEATURES, classes, bias)
        const data = clusters(seed, 20, FEATURES, classes, 20)
        const shards = new Shards(kernels.memory, shape, data, ASSIGNMENT, { rowNormMax })
        const options = { ...configuration, eta: excess / configuration.lambda }
        const learner = new LinearLearner(kernels, shards, options)
        const [copy, ...models] = Array.from({ length: 5 }, () => kernels.memory.allocate(shape.words))
        const ages = [0, 0, 0, 0]
        for (const [peer, target, from, partner] of steps) {
          kernels.copy(models[from], copy, shape.words)
          ages[target] = learner.create(peer, models[target], copy, ages[from], models[partner], ages[partner], false)
          const bound = normBound(model, learner.plan, shape, rowNormMax, ages[target])
          expect(kernels.norm(models[target], shape.words)).toBeLessThanOrEqual(bound)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('allows for batches that a shard fills in part, where ηλ > 1 in the first steps', () => {
    const kernels = createKernels({ backend: 'javascript' })
    const shape = modelShape(1, 2, false)
    const data = { features: Float32Array.of(1, 1), labels: Int32Array.of(0, 1) }
    const options: LinearLearnerOptions = { model: 'pegasos', lambda: 1, eta: 9, batch: 10 }
    const learner = new LinearLearner(kernels, new Shards(kernels.memory, shape, data, [[0], [1]]), options)
    const model = kernels.memory.allocate(shape.words)
    for (let age = 0; age < 4; age++) learner.update(age % 2, model, age)
    const norm = kernels.norm(model, shape.words)
    // Far beyond G/λ = 10.
    expect(norm).toBeGreaterThan(50)
    expect(norm).toBeLessThanOrEqual(normBound('pegasos', learner.plan, shape, 1, 4))
  })

  test('is G/λ for Pegasos, with one per cent for rounding', () => {
    const shape = modelShape(57, 2, false)
    const plan = passPlan(shape, { model: 'pegasos', lambda: 1e-4 })
    expect(normBound('pegasos', plan, shape, 20, 1e6)).toBeCloseTo(1.01 * 20e4, 3)
    const batched = passPlan(shape, { model: 'pegasos', lambda: 1e-4, batch: 10 })
    expect(normBound('pegasos', batched, shape, 20, 1e6)).toBeCloseTo(1.01 * 20e4, 3)
  })

  test('grows with the age by the logarithm, and only where there is a bias', () => {
    const plain = modelShape(2, 2, false)
    const biased = modelShape(2, 2, true)
    const plan = passPlan(biased, { model: 'logistic', lambda: 1, eta: 1 })
    const bound = (age: number): number => normBound('logistic', plan, biased, 1e-3, age)
    expect(normBound('logistic', plan, plain, 1, 10)).toBe(normBound('logistic', plan, plain, 1, 1e9))
    expect(bound(1e6) - bound(1e3)).toBeCloseTo(bound(1e9) - bound(1e6), 3)
    expect(bound(1e6)).toBeGreaterThan(bound(1e3))
    expect(bound(0)).toBe(bound(1))
  })

  const unbounded: [why: string, options: LinearLearnerOptions, rowNormMax: number][] = [
    ['the squared loss', { model: 'adaline', decay: true }, 1],
    ['a constant step', { model: 'logistic', decay: false }, 1],
    ['no regularisation', { model: 'logistic', lambda: 0, eta: 1 }, 1],
    ['rows of any length', { model: 'pegasos' }, Number.POSITIVE_INFINITY],
  ]
  test.each(unbounded)('is infinite for %s', (_, options, rowNormMax) => {
    const shape = modelShape(2, 2, true)
    expect(normBound(options.model, passPlan(shape, options), shape, rowNormMax, 100)).toBe(Number.POSITIVE_INFINITY)
  })
})
