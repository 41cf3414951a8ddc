import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { naturalLogarithm } from '../src/index.ts'

/** Half of that is the rounding of the result itself; Math.log is off by less than one unit in the last place. */
const close = (x: number): void => {
  const exact = Math.log(x)
  expect(Math.abs(naturalLogarithm(x) - exact)).toBeLessThan(4e-16 * Math.max(1, Math.abs(exact)) + Number.EPSILON / 2)
}

describe('naturalLogarithm', () => {
  test('agrees with Math.log over the whole range of float64', () => {
    const positive = fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true })
    fc.assert(fc.property(positive, close), { numRuns: 2000 })
  })

  test('agrees with Math.log between 0 and 4, where the polar method needs it', () => {
    fc.assert(fc.property(fc.double({ min: 1e-300, max: 4, noNaN: true }), close), { numRuns: 2000 })
    for (let i = 1; i < 4000; i++) close(i / 1000)
  })

  test('keeps its relative precision near 1', () => {
    for (let i = 1; i < 52; i++) {
      for (const x of [1 + 2 ** -i, 1 - 2 ** -i]) {
        expect(Math.abs(naturalLogarithm(x) / Math.log(x) - 1)).toBeLessThan(8e-16)
      }
    }
  })

  test('is exact where it can be, and finite at the ends', () => {
    expect(naturalLogarithm(1)).toBe(0)
    expect(naturalLogarithm(2)).toBe(Math.LN2)
    expect(naturalLogarithm(0.5)).toBe(-Math.LN2)
    expect(naturalLogarithm(Number.MIN_VALUE)).toBeCloseTo(-744.4400719213812, 12)
    expect(naturalLogarithm(Number.MAX_VALUE)).toBeCloseTo(709.782712893384, 12)
  })

  test('ends where there is no logarithm, or an infinite one', () => {
    const special = [0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    expect(special.map(naturalLogarithm)).toEqual(special.map(Math.log))
  })

  test('rises', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (x) => {
        expect(naturalLogarithm(x * (1 + 2 ** -40))).toBeGreaterThan(naturalLogarithm(x))
      }),
    )
  })
})
