import { UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { Period, type PeriodOptions } from '../src/index.ts'
import { drawing, unevenness } from './support.ts'

const COUNT = 20_000
const draws = (draw: () => number): number[] => Array.from({ length: COUNT }, draw)

describe('Period', () => {
  test('draws the phase uniformly from [0, Δ)', () => {
    const period = new Period({ periodMs: 500 })
    const context = drawing(1)
    const counts = new Int32Array(20)
    for (const phase of draws(() => period.phase(context))) {
      expect(phase >= 0 && phase < 500).toBe(true)
      counts[Math.floor(phase / 25)]++
    }
    expect(unevenness(counts)).toBeLessThan(2.5)
  })

  // Ormándi, Hegedűs, Jelasity 2013, §6.1: the period is N(Δ, Δ/10).
  test.each([
    [0.05, 0.05],
    [0.1, undefined],
    [0.3, 0.3],
  ])('draws periods from N(Δ, (%d·Δ)²)', (deviation, jitter) => {
    const period = new Period(jitter === undefined ? { periodMs: 1000 } : { periodMs: 1000, jitter })
    const context = drawing(2)
    const sample = draws(() => period.next(context))
    const mean = sample.reduce((sum, x) => sum + x, 0) / COUNT
    const sd = Math.sqrt(sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / COUNT)
    expect(Math.abs(mean - 1000)).toBeLessThan((5 * 1000 * deviation) / Math.sqrt(COUNT) + 0.5)
    expect(Math.abs(sd / (1000 * deviation) - 1)).toBeLessThan(0.03)
  })

  test('never draws less than Δ/10', () => {
    const period = new Period({ periodMs: 1000, jitter: 0.3 })
    const context = drawing(3)
    const sample = draws(() => period.next(context))
    expect(Math.min(...sample)).toBe(100)
  })

  test('is Δ, without a draw, where there is no jitter', () => {
    const period = new Period({ periodMs: 40, jitter: 0 })
    const context = drawing(4)
    expect([period.next(context), period.next(context)]).toEqual([40, 40])
    expect(context.random.uint32()).toBe(drawing(4).random.uint32())
  })

  test('is as much longer for each peer as its factor says: phase, mean and deviation', () => {
    const period = new Period({ periodMs: 1000, jitter: 0.1 }, Float64Array.of(1, 4))
    const context = drawing(5, 1)
    const phases = draws(() => period.phase(context))
    expect(Math.max(...phases)).toBeGreaterThan(3990)
    expect(Math.max(...phases)).toBeLessThan(4000)
    const sample = draws(() => period.next(context))
    const mean = sample.reduce((sum, x) => sum + x, 0) / COUNT
    const sd = Math.sqrt(sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / COUNT)
    expect(Math.abs(mean / 4000 - 1)).toBeLessThan(0.005)
    expect(Math.abs(sd / 400 - 1)).toBeLessThan(0.03)
    expect(new Period({ periodMs: 40, jitter: 0 }, Float64Array.of(1, 4)).next(drawing(6, 0))).toBe(40)
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is refused where the factor of a peer is %d', (factor) => {
    expect(() => new Period({ periodMs: 1 }, Float64Array.of(1, factor))).toThrow(
      expect.objectContaining({ code: 'PERIOD' }),
    )
  })

  const refused: [code: string, options: PeriodOptions][] = [
    ['PERIOD', { periodMs: 0 }],
    ['PERIOD', { periodMs: -5 }],
    ['PERIOD', { periodMs: Number.NaN }],
    ['PERIOD', { periodMs: Number.POSITIVE_INFINITY }],
    ['JITTER', { periodMs: 1, jitter: -0.1 }],
    ['JITTER', { periodMs: 1, jitter: 0.31 }],
    ['JITTER', { periodMs: 1, jitter: Number.NaN }],
  ]
  test.each(refused)('is refused: %s of %o', (code, options) => {
    expect(() => new Period(options)).toThrow(UsageError)
    expect(() => new Period(options)).toThrow(expect.objectContaining({ code }))
  })
})
