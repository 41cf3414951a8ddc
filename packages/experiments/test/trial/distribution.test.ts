import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distributionOf } from '../../src/trial/distribution.ts'

describe('distributionOf', () => {
  test('knows a small sample', () => {
    const { mean, sd, ...rest } = distributionOf([4, 1, Number.NaN, 3, 2, 5])
    expect(mean).toBe(3)
    expect(sd).toBeCloseTo(Math.SQRT2, 12)
    expect(rest).toEqual({ measured: 5, min: 1, q10: 1.4, median: 3, q90: 4.6, max: 5 })
  })

  test('of one value is that value', () => {
    expect(distributionOf([0.25])).toEqual({
      ...{ measured: 1, mean: 0.25, sd: 0, min: 0.25, q10: 0.25, median: 0.25, q90: 0.25, max: 0.25 },
    })
  })

  test('of nothing is nothing', () => {
    const { measured, ...rest } = distributionOf([Number.NaN])
    expect(measured).toBe(0)
    expect(Object.values(rest)).toEqual(Array.from({ length: 7 }, () => Number.NaN))
  })

  test('is in order, does not depend on the order of values, and half of them are on each side of the median', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(values, (sample) => {
        const { measured, mean, sd, min, q10, median, q90, max } = distributionOf(sample)
        expect(measured).toBe(sample.length)
        expect([min, q10, median, q90, max]).toEqual([min, q10, median, q90, max].sort((a, b) => a - b))
        expect(mean).toBeGreaterThanOrEqual(min - 1e-12)
        expect(mean).toBeLessThanOrEqual(max + 1e-12)
        expect(sd).toBeLessThanOrEqual((max - min) / 2 + 1e-12)
        expect(sample.filter((value) => value <= median).length).toBeGreaterThanOrEqual(sample.length / 2)
        expect(sample.filter((value) => value >= median).length).toBeGreaterThanOrEqual(sample.length / 2)
        expect(distributionOf([...sample].reverse())).toEqual(distributionOf(sample))
      }),
    )
  })
})
