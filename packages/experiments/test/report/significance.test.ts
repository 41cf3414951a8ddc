import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalTwoSided, tCritical, tTwoSided } from '../../src/report/statistics/distributions.ts'
import { average, meanInterval, overlap } from '../../src/report/statistics/interval.ts'
import { holm, pairedTTest, signedRankTest } from '../../src/report/statistics/significance.ts'

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 12 })

/** Extra hours of sleep with one drug minus those with the other (Student 1908). */
const SLEEP = [-1.2, -2.4, -1.3, -1.3, 0, -1, -1.8, -0.8, -4.6, -1.4]

/** Depression scores before and after (Hollander and Wolfe 1973, p. 29). */
const BEFORE = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
const AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]

describe('Student’s t distribution', () => {
  it.each([
    [1, 12.7062],
    [2, 4.3027],
    [4, 2.7764],
    [9, 2.2622],
    [29, 2.0452],
    [999, 1.9623],
  ])('has the tabled 95 %% value at %i degrees of freedom', (degreesOfFreedom, critical) => {
    expect(tCritical(0.95, degreesOfFreedom)).toBeCloseTo(critical, 4)
    expect(tTwoSided(critical, degreesOfFreedom)).toBeCloseTo(0.05, 5)
  })

  it('keeps small probabilities apart', () => {
    expect(tTwoSided(50, 9)).toBeCloseTo(2.569e-12, 14)
    expect(tTwoSided(-50, 9)).toBe(tTwoSided(50, 9))
    expect(tTwoSided(Number.POSITIVE_INFINITY, 3)).toBe(0)
    expect(tTwoSided(0, 3)).toBeCloseTo(1, 6)
  })
})

it('has the tabled value of the normal distribution', () => {
  expect(normalTwoSided(1.959964)).toBeCloseTo(0.05, 6)
})

describe('meanInterval', () => {
  it('agrees with a worked example', () => {
    const { count, mean, sd, low, high } = meanInterval(SLEEP)
    expect({ count, mean: mean.toFixed(2), sd: sd.toFixed(3) }).toEqual({ count: 10, mean: '-1.58', sd: '1.230' })
    expect([low, high].map((bound) => bound.toFixed(4))).toEqual(['-2.4599', '-0.7001'])
  })

  it('contains the mean, whatever the order of the values', () => {
    fc.assert(
      fc.property(values, (drawn) => {
        const { mean, low, high } = meanInterval(drawn)
        expect(low).toBeLessThanOrEqual(mean)
        expect(high).toBeGreaterThanOrEqual(mean)
        expect(meanInterval(drawn.toReversed()).mean).toBeCloseTo(mean, 9)
      }),
    )
  })

  it('has no bounds with fewer than two values', () => {
    expect(meanInterval([7])).toEqual({ count: 1, mean: 7, sd: Number.NaN, low: Number.NaN, high: Number.NaN })
    expect(meanInterval([]).mean).toBeNaN()
  })

  it('is a point where all values are equal', () => {
    expect(meanInterval([0.1, 0.1, 0.1])).toEqual({ count: 3, mean: 0.1, sd: 0, low: 0.1, high: 0.1 })
    expect(average([0.3, 0.3, 0.3, 0.3, 0.3])).toBe(0.3)
  })

  it('overlaps another one, or not, or cannot tell', () => {
    const [low, high, one] = [meanInterval([1, 2, 3]), meanInterval([101, 102]), meanInterval([2])]
    expect([overlap(low, high), overlap(low, low), overlap(low, one)]).toEqual([false, true, undefined])
  })
})

describe('pairedTTest', () => {
  it('gives what Student’s sleep data are known for', () => {
    const { statistic, p } = pairedTTest(SLEEP)
    expect(statistic).toBeCloseTo(-4.0621, 4)
    expect(p).toBeCloseTo(0.002833, 6)
  })

  it('knows differences that are all the same', () => {
    expect(pairedTTest([0, 0, 0])).toEqual({ statistic: 0, p: 1 })
    expect(pairedTTest([-2, -2])).toEqual({ statistic: Number.NEGATIVE_INFINITY, p: 0 })
  })

  it('is below 0.05 exactly where the interval leaves out 0', () => {
    fc.assert(
      fc.property(values, (drawn) => {
        const { low, high, sd } = meanInterval(drawn)
        fc.pre(sd > 0 && Math.min(Math.abs(low), Math.abs(high)) > 1e-6)
        expect(pairedTTest(drawn).p < 0.05).toBe(low > 0 || high < 0)
      }),
    )
  })
})

describe('signedRankTest', () => {
  it('gives the published V and p of the depression scores', () => {
    const { statistic, p } = signedRankTest(BEFORE.map((before, i) => before - AFTER[i]))
    expect(statistic).toBe(40)
    expect(p).toBeCloseTo(0.0390625, 10)
  })

  it('cannot fall below 1/16 with five differences', () => {
    expect(signedRankTest([1, 2, 3, 4, 5])).toEqual({ statistic: 15, p: 0.0625 })
    expect(signedRankTest([-1, -2, -3, -4, -5])).toEqual({ statistic: 0, p: 0.0625 })
  })

  it('counts all signs, ties and zeros included', () => {
    const small = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(small, (drawn) => {
        expect(signedRankTest(drawn).p).toBeCloseTo(bruteForce(drawn), 10)
      }),
    )
  })

  it('goes over to the normal distribution where it hardly matters', () => {
    const differences = Array.from({ length: 100 }, (_, i) => ((i * 7) % 13) - 5.5)
    const [exact, normal] = [differences, [...differences, 0.01]].map((drawn) => signedRankTest(drawn).p)
    expect(exact).toBeGreaterThan(0.05)
    expect(exact).toBeLessThan(0.5)
    expect(Math.abs(normal - exact)).toBeLessThan(0.01)
  })

  /** The share of all signs that are at least as far from the middle. */
  function bruteForce(differences: readonly number[]): number {
    const kept = differences.filter((one) => one !== 0).map(Math.abs)
    const ranks = kept.map((one) => {
      return kept.filter((other) => other < one).length + (kept.filter((other) => other === one).length + 1) / 2
    })
    const total = ranks.reduce((sum, rank) => sum + rank, 0)
    const signs = differences.filter((one) => one !== 0).map((one) => one > 0)
    const distance = (own: readonly boolean[]): number =>
      Math.abs(ranks.reduce((sum, rank, i) => sum + (own[i] ? rank : 0), 0) - total / 2)
    const all = Array.from({ length: 2 ** kept.length }, (_, bits) => kept.map((_one, i) => ((bits >> i) & 1) === 1))
    return all.filter((own) => distance(own) >= distance(signs) - 1e-9).length / all.length
  }
})

describe('holm', () => {
  it('steps down', () => {
    expect(holm([0.04, 0.01, 0.03, 0.02, 0.05]).map((p) => p.toFixed(3))).toEqual([
      ...['0.090', '0.050', '0.090', '0.080', '0.090'],
    ])
    expect(holm([0.5, 0.9])).toEqual([1, 1])
    expect(holm([])).toEqual([])
  })

  it('lies between no correction and Bonferroni’s, in the same order', () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(ps, (drawn) => {
        const corrected = holm(drawn)
        for (const [i, p] of drawn.entries()) {
          expect(corrected[i]).toBeGreaterThanOrEqual(p)
          expect(corrected[i]).toBeLessThanOrEqual(Math.min(1, p * drawn.length))
          for (const [j, other] of drawn.entries())
            if (p < other) expect(corrected[i]).toBeLessThanOrEqual(corrected[j])
        }
      }),
    )
  })
})
