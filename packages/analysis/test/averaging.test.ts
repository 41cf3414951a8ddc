import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Averaging, convergenceFactor, PAIR_SELECTORS, varianceOfMeanUnderCrashes } from '../src/index.ts'
import { summarise } from './support.ts'

describe('convergence factors of averaging (Jelasity et al. 2005)', () => {
  it.each([
    ['sequential', 0.303265],
    ['random', 0.367879],
    ['perfect-matching', 0.25],
  ] as const)('of %s pairs is %d', (selector, factor) => {
    expect(convergenceFactor(selector)).toBeCloseTo(factor, 6)
  })

  it('with link failure is e^{P − 1} for random pairs, which bounds the protocol’s', () => {
    expect(convergenceFactor('random', 0.3)).toBeCloseTo(Math.exp(-0.7), 14)
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (failure) => {
        const [sequential, random, matching] = PAIR_SELECTORS.map((selector) => convergenceFactor(selector, failure))
        expect(matching).toBeLessThanOrEqual(sequential + Number.EPSILON)
        expect(sequential).toBeLessThanOrEqual(random + Number.EPSILON)
      }),
    )
  })

  it.each(PAIR_SELECTORS)('is 1 when every link of %s pairs fails', (selector) => {
    expect(convergenceFactor(selector, 1)).toBe(1)
  })

  const cases = PAIR_SELECTORS.flatMap((selector) => [0, 0.4].map((failure) => [selector, failure] as const))
  it.each(cases)('is measured among individuals: %s pairs, P = %d', (selector, linkFailure) => {
    const cycles = 3
    const ratios = Array.from({ length: 60 }, (_, run) => {
      const averaging = new Averaging({ peers: 2000, selector, linkFailure }, randomStream(11, run))
      const start = averaging.variance
      for (let cycle = 0; cycle < cycles; cycle++) averaging.cycle()
      return averaging.variance / start
    })
    const { mean, standardError } = summarise(ratios)
    const expected = convergenceFactor(selector, linkFailure) ** cycles
    expect(standardError / expected).toBeLessThan(0.02)
    expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError)
  })
})

describe('Averaging', () => {
  it('conserves the sum, with any pairs and failures', () => {
    const selectors = fc.constantFrom(...PAIR_SELECTORS)
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        selectors,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (peers, selector, linkFailure, seed) => {
          const averaging = new Averaging({ peers, selector, linkFailure }, randomStream(seed))
          const sum = averaging.values.reduce((total, value) => total + value, 0)
          for (let cycle = 0; cycle < 5; cycle++) averaging.cycle()
          expect(averaging.values.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 10)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('refuses a single peer', () => {
    expect(() => new Averaging({ peers: 1 }, randomStream(1))).toThrow(UsageError)
  })
})

describe('the mean under crashes', () => {
  it('does not move without crashes or cycles', () => {
    expect(varianceOfMeanUnderCrashes({ peers: 100, crashes: 0, variance: 1, cycles: 10 })).toBe(0)
    expect(varianceOfMeanUnderCrashes({ peers: 100, crashes: 0.1, variance: 1, cycles: 0 })).toBe(0)
  })

  it('is the geometric series of the paper', () => {
    const ratio = convergenceFactor('sequential') / 0.9
    const expected = (0.1 / (1000 * 0.9)) * 2 * ((1 - ratio ** 7) / (1 - ratio))
    expect(varianceOfMeanUnderCrashes({ peers: 1000, crashes: 0.1, variance: 2, cycles: 7 })).toBeCloseTo(expected, 14)
  })

  it('is what crashing individuals show', () => {
    const shifts = Array.from({ length: 4000 }, (_, run) => {
      const random = randomStream(3, run)
      const values = Array.from({ length: 100 }, () => random.normal())
      const before = values.reduce((sum, value) => sum + value, 0) / 100
      // One cycle: before the exchanges a fifth crashes; values are independent, so that any fifth will do.
      const after = values.slice(20).reduce((sum, value) => sum + value, 0) / 80
      return (after - before) ** 2
    })
    const { mean, standardError } = summarise(shifts)
    const expected = varianceOfMeanUnderCrashes({ peers: 100, crashes: 0.2, variance: 1, cycles: 1 })
    expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError)
  })
})
