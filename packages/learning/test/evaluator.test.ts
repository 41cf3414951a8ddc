import { randomStream, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Evaluator, type LabelledRows, loadRows, type ModelShape, modelShape, votingError } from '../src/index.ts'
import { BACKENDS, weightsAt } from './reference.ts'

const worlds = fc.record({
  seed: fc.nat(),
  rows: fc.integer({ min: 1, max: 40 }),
  features: fc.integer({ min: 1, max: 9 }),
  classes: fc.integer({ min: 2, max: 5 }),
  bias: fc.boolean(),
  perClass: fc.boolean(),
})
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never

/** Small integers: scores are exact, and ties are common. */
function integerRows({ seed, rows, features, classes }: World): LabelledRows {
  const random = randomStream(seed)
  return {
    features: Float32Array.from({ length: rows * features }, () => random.below(5) - 2),
    labels: Int32Array.from({ length: rows }, () => random.below(classes)),
  }
}

function scoresOf(data: LabelledRows, shape: ModelShape, weights: number[][], row: number): number[] {
  const { features, bias } = shape
  const x = [...data.features.slice(row * features, (row + 1) * features), ...(bias >= 0 ? [1] : [])]
  return weights.map((output) => output.reduce((sum, weight, i) => sum + weight * x[i], 0))
}

/** One score above 0 is class 1; among several the largest wins, the first of equals. */
function predict(scores: number[]): number {
  return scores.length === 1 ? Number(scores[0] > 0) : scores.indexOf(Math.max(...scores))
}

describe.each(BACKENDS)('Evaluator (%s)', (backend) => {
  const setUp = (world: World) => {
    const kernels = createKernels({ backend })
    const shape = modelShape(world.features, world.classes, world.bias, world.perClass)
    const data = integerRows(world)
    const evaluator = new Evaluator(kernels, shape, loadRows(kernels.memory, shape, data))
    const random = randomStream(world.seed, 1)
    const newModel = (): number => {
      const model = kernels.memory.allocate(shape.words)
      for (let k = 0; k < shape.outputs; k++) {
        for (let i = 0; i < shape.dimension; i++)
          kernels.memory.float32[model + k * shape.stride + i] = random.below(7) - 3
      }
      return model
    }
    const predictionsOf = (model: number): number[] => {
      const weights = weightsAt(kernels, shape, model)
      return Array.from(data.labels, (_, row) => predict(scoresOf(data, shape, weights, row)))
    }
    return { kernels, shape, data, evaluator, newModel, predictionsOf }
  }

  test('counts errors and confusions, and predicts, as one does by hand', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { data, evaluator, newModel, predictionsOf } = setUp(world)
        const model = newModel()
        const predicted = predictionsOf(model)
        const target = new Int32Array(world.rows)
        evaluator.predictions(model, target)
        expect([...target]).toEqual(predicted)
        const wrong = predicted.filter((label, row) => label !== data.labels[row]).length
        expect(evaluator.error(model)).toBe(wrong / world.rows)
        expect(evaluator.errorOf(predicted)).toBe(wrong / world.rows)
        const confusion = new Int32Array(world.classes ** 2)
        for (const [row, label] of predicted.entries()) confusion[data.labels[row] * world.classes + label]++
        expect(evaluator.confusion(model)).toEqual(confusion)
      }),
    )
  })

  test('computes the log loss of log-odds, or of a softmax', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { kernels, shape, data, evaluator, newModel } = setUp(world)
        const model = newModel()
        const weights = weightsAt(kernels, shape, model)
        const losses = Array.from(data.labels, (label, row) => {
          const scores = scoresOf(data, shape, weights, row)
          const logits = scores.length === 1 ? [0, scores[0]] : scores
          return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[label]
        })
        const mean = losses.reduce((sum, loss) => sum + loss, 0) / world.rows
        expect(evaluator.logLoss(model)).toBeCloseTo(mean, 9)
      }),
    )
  })

  test.each([false, true])('keeps the log loss finite where scores are huge (an output per class: %s)', (perClass) => {
    const kernels = createKernels({ backend })
    const shape = modelShape(1, 2, false, perClass)
    const data = { features: Float32Array.of(1, 1), labels: Int32Array.of(0, 1) }
    const evaluator = new Evaluator(kernels, shape, loadRows(kernels.memory, shape, data))
    const model = kernels.memory.allocate(shape.words)
    kernels.memory.float32[model] = 1e6
    expect(evaluator.logLoss(model)).toBe(5e5)
  })

  test('predicts class 0 where a fresh model has no opinion', () => {
    const { evaluator, kernels, shape, data } = setUp({
      seed: 1,
      rows: 20,
      features: 3,
      classes: 2,
      bias: true,
      perClass: false,
    })
    const fresh = kernels.memory.allocate(shape.words)
    const ones = data.labels.filter((label) => label === 1).length
    expect(evaluator.error(fresh)).toBe(ones / 20)
    expect(evaluator.logLoss(fresh)).toBeCloseTo(Math.LN2, 12)
    expect([...evaluator.confusion(fresh)]).toEqual([20 - ones, 0, ones, 0])
  })

  test('votes by majority, the smallest class of equals', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 6 }), (world, voters) => {
        const { data, evaluator, newModel, predictionsOf } = setUp(world)
        const models = Array.from({ length: voters }, newModel)
        const ballots = models.map(predictionsOf)
        const wrong = Array.from(data.labels, (label, row) => {
          const votes = new Int32Array(world.classes)
          for (const ballot of ballots) votes[ballot[row]]++
          return Number(votes.indexOf(Math.max(...votes)) !== label)
        })
        const expected = wrong.reduce((sum, one) => sum + one, 0) / world.rows
        expect(votingError(evaluator, models, world.classes)).toBe(expected)
        expect(votingError(evaluator, [models[0]], world.classes)).toBe(evaluator.error(models[0]))
      }),
    )
  })

  test('only reads models', () => {
    const { evaluator, newModel, kernels, shape } = setUp({
      seed: 2,
      rows: 9,
      features: 5,
      classes: 3,
      bias: true,
      perClass: true,
    })
    const model = newModel()
    const before = weightsAt(kernels, shape, model)
    evaluator.error(model)
    evaluator.logLoss(model)
    evaluator.confusion(model)
    expect(weightsAt(kernels, shape, model)).toEqual(before)
  })

  test('needs at least one row', () => {
    const kernels = createKernels({ backend })
    const shape = modelShape(2, 2, false)
    const none = loadRows(kernels.memory, shape, { features: new Float32Array(0), labels: new Int32Array(0) })
    expect(() => new Evaluator(kernels, shape, none)).toThrow(UsageError)
  })
})
