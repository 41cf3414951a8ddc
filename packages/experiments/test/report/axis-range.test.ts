import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { curveScale, valueRange } from '../../src/report/figures/axis-range.ts'

const finite = fc.double({ min: 0.001, max: 1000, noNaN: true })
const values = fc.array(finite, { minLength: 1, maxLength: 20 })

describe('the axis of a metric', () => {
  test('shows all values, with ticks inside', () => {
    fc.assert(
      fc.property(values, fc.constantFrom('linear', 'log'), fc.integer({ min: 2, max: 8 }), (shown, scale, ticks) => {
        const { domain, ticks: marked } = valueRange(shown, scale, ticks)
        expect(domain[0]).toBeLessThanOrEqual(Math.min(...shown))
        expect(domain[1]).toBeGreaterThanOrEqual(Math.max(...shown))
        for (const tick of marked) expect(tick >= domain[0] * 0.998 && tick <= domain[1] * 1.002).toBe(true)
      }),
    )
  })

  test('is no wider than it has to be', () => {
    expect(valueRange([0.063, 0.229], 'linear', 3).domain).toEqual([0.05, 0.25])
    expect(valueRange([0.06, 0.4], 'log', 5).ticks).toEqual([0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4])
  })

  test('is logarithmic for curves that fall to a fifth of where they begin', () => {
    expect(curveScale([0.4, 0.08], 'linear')).toBe('log')
    expect(curveScale([0.4, 0.09], 'linear')).toBe('linear')
    expect(curveScale([0.4, 0], 'linear')).toBe('linear')
    expect(curveScale([0.4, 0.3], 'log')).toBe('log')
  })
})
