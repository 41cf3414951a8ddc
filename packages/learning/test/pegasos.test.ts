import { createKernels } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import { LinearLearner, modelShape, Shards } from '../src/index.ts'
import { BACKENDS, weightsAt } from './reference.ts'

const data = {
  features: Float32Array.of(1, 2, 3, -1, 0.5, 0.5),
  labels: Int32Array.of(1, 0, 1),
}

describe.each(BACKENDS)('Pegasos, computed by hand with λ = 1 (%s)', (backend) => {
  const setUp = (bias: boolean, assignment: number[][]) => {
    const kernels = createKernels({ backend })
    const shape = modelShape(2, 2, bias)
    const shards = new Shards(kernels.memory, shape, data, assignment)
    const learner = new LinearLearner(kernels, shards, { model: 'pegasos', lambda: 1 })
    const model = kernels.memory.allocate(shape.words)
    return { learner, model, weights: () => weightsAt(kernels, shape, model)[0] }
  }
  const closeTo = (values: number[]): unknown[] => values.map((value) => expect.closeTo(value, 6))

  test('takes t ← t + 1 before η ← 1/(λt): the first step of a fresh model divides by one, not by zero', () => {
    const { learner, model, weights } = setUp(false, [[0]])
    expect(learner.update(0, model, 0)).toBe(1)
    expect(weights()).toEqual([1, 2])
  })

  test('shrinks w by 1 − ηλ, and adds ηyx where the margin is below 1', () => {
    const { learner, model, weights } = setUp(false, [[0], [1], [2]])
    learner.update(0, model, 0)
    expect(learner.update(1, model, 1)).toBe(2)
    // η = ½ and ⟨w,x⟩ = 1 for y = −1.
    expect(weights()).toEqual([-1, 1.5])
    expect(learner.update(2, model, 2)).toBe(3)
    // η = ⅓ and ⟨w,x⟩ = ¼ for y = 1.
    expect(weights()).toEqual(closeTo([-1 / 2, 7 / 6]))
    // η = ¼ and ⟨w,x⟩ = 11/6 for y = 1: no loss, so that w only shrinks.
    expect(learner.update(0, model, 3)).toBe(4)
    expect(weights()).toEqual(closeTo([-3 / 8, 7 / 8]))
  })

  test('takes the rows of a shard one by one, in their order', () => {
    const { learner, model, weights } = setUp(false, [[0, 1, 2, 0]])
    expect(learner.update(0, model, 0)).toBe(4)
    expect(weights()).toEqual(closeTo([-3 / 8, 7 / 8]))
  })

  test('does not shrink the bias', () => {
    const { learner, model, weights } = setUp(true, [[0, 1, 2]])
    learner.update(0, model, 0)
    // The scores are 0, 1 + 1 and ¼ − ½ + ¾ with the bias 1, ½ and ½ + ⅓ after each.
    expect(weights()).toEqual(closeTo([-1 / 2, 7 / 6, 5 / 6]))
  })

  test('leaves a model alone where a peer has no rows', () => {
    const { learner, model, weights } = setUp(false, [[0], []])
    learner.update(0, model, 0)
    expect(learner.update(1, model, 1)).toBe(1)
    expect(weights()).toEqual([1, 2])
  })

  test('stands still at the largest age, and keeps it', () => {
    const { learner, model, weights } = setUp(false, [[0], [1]])
    learner.update(0, model, 0)
    expect(learner.update(1, model, Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER)
    expect(weights()).toEqual([1, 2])
  })
})
