import type { WeightEncoding } from '@hearsay/protocols'
import { independentNetwork } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'
import type { FederatedFormat } from '../src/index.ts'
import { runOf, type RunOptions, weights } from './support.ts'

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

const FORMATS: [format: FederatedFormat, updateWords: number, modelWords: number][] = [
  [{}, 4, 4],
  [{ weights: 'float16' }, 2, 4],
  [{ weights: 'int8', modelWeights: 'float16' }, 2, 2],
  [{ exchange: { kind: 'subsampled', share: 0.5 } }, 2, 4],
  [{ exchange: { kind: 'subsampled', share: 0.75 }, weights: 'int8', modelWeights: 'int8' }, 2, 2],
]

describe('traffic', () => {
  test.each(FORMATS)('of %o is what the network carries', (format, updateWords, modelWords) => {
    const network = independentNetwork({ delay: { kind: 'uniform', minMs: 5, maxMs: 60 }, loss: 0.1 })
    const run = runOf({ ...format, deadlineMs: 300, simulation: { network } })
    run.simulation.run(20_000)
    const { traffic, counters } = run.learning
    const { sent, words, delivered } = run.simulation.counters
    expect(sum(traffic.sentWords)).toBe(words)
    expect(sum(traffic.sent)).toBe(sent)
    expect(sum(traffic.received)).toBe(delivered)
    expect(traffic.sentWords[0]).toBe(modelWords * counters.asked)
    expect(sum(traffic.sentWords.slice(1))).toBe(updateWords * sum(run.learning.trainings))
    expect(traffic.receivedWords[0]).toBe(updateWords * (counters.used + counters.late + counters.ignored))
    expect(counters.used).toBeGreaterThan(100)
  })
})

describe('updates in fewer bytes', () => {
  const after = (rounds: number, options: RunOptions): number[] => {
    const run = runOf(options)
    run.simulation.run((rounds + 1) * 100 + 1)
    expect(run.learning.counters.rounds).toBe(rounds)
    return weights(run, 0)
  }

  test.each<[WeightEncoding, number]>([
    ['float16', 0.002],
    ['int8', 0.02],
  ])('%s give the model of whole ones to rounding', (encoding, tolerance) => {
    for (const learner of ['logistic', 'softmax'] as const) {
      const options: RunOptions = { learner: { model: learner, lambda: 0.01, eta: 1 } }
      const exact = after(5, options)
      const rounded = after(5, { ...options, weights: encoding, modelWeights: encoding })
      expect(rounded).not.toEqual(exact)
      for (const [i, weight] of exact.entries()) expect(Math.abs(rounded[i] - weight)).toBeLessThan(tolerance * 5)
    }
  })

  test('subsampled with a share of 1 give the same model', () => {
    const exact = after(5, { sizes: [0, 3, 4, 9] })
    const sampled = after(5, { sizes: [0, 3, 4, 9], exchange: { kind: 'subsampled', share: 1 } })
    for (const [i, weight] of exact.entries()) expect(sampled[i]).toBeCloseTo(weight, 5)
  })

  test('subsampled change no weight that nobody has sent, and the others by the mean of who has', () => {
    const exact = after(1, { sizes: [0, 5] })
    const sampled = after(1, { sizes: [0, 5], exchange: { kind: 'subsampled', share: 0.5 } })
    expect(sampled.filter((weight) => weight === 0)).toHaveLength(2)
    for (const [i, weight] of sampled.entries()) expect([0, exact[i]]).toContainEqual(expect.closeTo(weight, 6))
  })

  test('subsampled are drawn anew by each client in each round', () => {
    const sampled = after(8, { exchange: { kind: 'subsampled', share: 0.25 } })
    expect(sampled.every((weight) => weight !== 0)).toBe(true)
  })
})
