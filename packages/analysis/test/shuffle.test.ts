import { UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  classicMeanField,
  createShuffle,
  PopulationSimulation,
  refinedMeanField,
  shuffleProbabilities,
  shuffleStart,
} from '../src/index.ts'

describe('the pair probabilities of gossip shuffle (Bakhshi et al.)', () => {
  it('are those of n = 500, c = 100, s = 50', () => {
    const { copy, move, stay, drop, keep } = shuffleProbabilities({ items: 500, cache: 100, exchange: 50 })
    expect(copy).toBeCloseTo(1 / 18, 15)
    expect(move).toBeCloseTo(4 / 9, 15)
    expect(stay).toBe(1 / 2)
    expect(drop).toBeCloseTo(2 / 9, 15)
    expect(keep).toBeCloseTo(5 / 9, 15)
  })

  it('of one start sum to 1 for all sizes', () => {
    const sizes = fc
      .tuple(fc.integer({ min: 1, max: 100 }), fc.nat(100), fc.nat(400))
      .map(([exchange, more, others]) => ({ exchange, cache: exchange + more, items: exchange + more + others + 1 }))
    fc.assert(
      fc.property(sizes, (size) => {
        const { copy, move, stay, drop, keep } = shuffleProbabilities(size)
        expect(copy + move + stay).toBeCloseTo(1, 12)
        expect(2 * drop + keep).toBeCloseTo(1, 12)
        for (const probability of [copy, move, stay, drop]) expect(probability).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it.each([
    { items: 500, cache: 100, exchange: 101 },
    { items: 99, cache: 100, exchange: 50 },
    { items: 50, cache: 50, exchange: 50 },
    { items: 500, cache: 100, exchange: 0 },
    { items: 500, cache: 100.5, exchange: 50 },
  ])('are refused for %j', (sizes) => {
    expect(() => shuffleProbabilities(sizes)).toThrow(UsageError)
  })
})

describe('the six-state model (Gast, Latella, Massink 2020), N = 100, Gmax = 3', () => {
  const { model, replication, coverage } = createShuffle()
  const start = shuffleStart(100)
  const observables = [replication, coverage]
  const classic = classicMeanField(model, start, 1000, observables)
  const refined = refinedMeanField(model, start, 1000, 100, observables)

  it.each([
    [100, 0.03272, 0.03102, 0.20509, 0.19355],
    [200, 0.08506, 0.0675, 0.58063, 0.46557],
    [400, 0.18847, 0.16116, 0.9849, 0.94887],
    [1000, 0.20799, 0.20036, 1, 1],
  ])('has the published columns at t = %i to 5 decimals', (time, replicated, refinedly, covered, coveredRefinedly) => {
    expect(classic[0][time]).toBeCloseTo(replicated, 5)
    expect(refined[0].expectation[time]).toBeCloseTo(refinedly, 5)
    expect(classic[1][time]).toBeCloseTo(covered, 5)
    expect(refined[1].expectation[time]).toBeCloseTo(coveredRefinedly, 5)
  })

  it('tends to a replication of c/n when the population grows', () => {
    const [settled] = refinedMeanField(model, shuffleStart(10_000), 3000, 10_000, [replication])
    expect(settled.expectation[3000]).toBeCloseTo(0.2, 3)
  })

  it('is nearer to its own simulation than the classic mean field', () => {
    const simulation = new PopulationSimulation(model, { start, steps: 400, population: 100, seed: 1, observables })
    while (simulation.runs < 400) simulation.run()
    for (const [i, ensemble] of simulation.ensembles.entries()) {
      for (const time of [100, 200, 300]) {
        const [mean, error] = [ensemble.mean(time), ensemble.standardError(time)]
        const gap = Math.abs(refined[i].expectation[time] - mean)
        expect(gap).toBeLessThan(Math.abs(classic[i][time] - mean) + error)
      }
    }
  })
})
