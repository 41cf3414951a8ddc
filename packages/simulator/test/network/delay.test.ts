import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Delay, delaySampler } from '../../src/network/delay.ts'
import { draws, moments, shareOf } from './support-network.ts'

const DRAWS = 20_000
const drawn = (delay: Delay): number[] => draws(DRAWS, delaySampler(delay).draw)

// Tolerances are about five standard errors: sd / √20000 for a mean.

describe('delays', () => {
  test('that are constant are all the same', () => {
    expect(new Set(drawn({ kind: 'constant', ms: 172.8 }))).toEqual(new Set([172.8]))
  })

  test('that are uniform fill their range evenly', () => {
    const delays = drawn({ kind: 'uniform', minMs: 900, maxMs: 1100 })
    const { mean, sd } = moments(delays)
    expect(Math.abs(mean - 1000)).toBeLessThan(2)
    expect(Math.abs(sd - 200 / Math.sqrt(12))).toBeLessThan(1)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(900)
    expect(Math.max(...delays)).toBeLessThan(1100)
    expect(Math.min(...delays)).toBeLessThan(901)
    expect(Math.max(...delays)).toBeGreaterThan(1099)
  })

  test('that are normal have their mean and deviation', () => {
    const { mean, sd } = moments(drawn({ kind: 'normal', meanMs: 500, sdMs: 50 }))
    expect(Math.abs(mean - 500)).toBeLessThan(1.8)
    expect(Math.abs(sd - 50)).toBeLessThan(1.3)
  })

  test.each([0, 5])('that are normal are cut off at a minimum of %d', (minMs) => {
    const delays = drawn({ kind: 'normal', meanMs: minMs, sdMs: 10, minMs })
    expect(Math.min(...delays)).toBe(minMs)
    expect(Math.abs(shareOf(delays, (delay) => delay === minMs) - 0.5)).toBeLessThan(0.02)
  })

  test('that are lognormal have their median, and normal logarithms', () => {
    const delays = drawn({ kind: 'lognormal', medianMs: 80, sigma: 0.5 })
    const { mean, sd } = moments(delays.map((delay) => Math.log(delay / 80)))
    expect(Math.abs(mean)).toBeLessThan(0.018)
    expect(Math.abs(sd - 0.5)).toBeLessThan(0.013)
    expect(Math.abs(moments(delays).mean / (80 * Math.exp(0.125)) - 1)).toBeLessThan(0.02)
  })

  test('that are exponential have their mean, and fall off from their minimum', () => {
    const delays = drawn({ kind: 'exponential', meanMs: 50, minMs: 20 })
    const { mean, sd } = moments(delays)
    expect(Math.abs(mean - 50)).toBeLessThan(1.1)
    expect(Math.abs(sd - 30)).toBeLessThan(2)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(20)
    expect(Math.min(...delays)).toBeLessThan(20.1)
    // Half of an exponential lies below ln 2 means.
    expect(Math.abs(shareOf(delays, (delay) => delay < 20 + 30 * Math.LN2) - 0.5)).toBeLessThan(0.018)
  })

  test('by quantiles are uniform between the points', () => {
    const delays = drawn({ kind: 'quantiles', quantiles: [0, 0.5, 0.9, 1], ms: [10, 20, 100, 1000] })
    expect(Math.abs(shareOf(delays, (delay) => delay < 15) - 0.25)).toBeLessThan(0.016)
    expect(Math.abs(shareOf(delays, (delay) => delay < 20) - 0.5)).toBeLessThan(0.018)
    expect(Math.abs(shareOf(delays, (delay) => delay < 60) - 0.7)).toBeLessThan(0.017)
    expect(Math.abs(shareOf(delays, (delay) => delay < 100) - 0.9)).toBeLessThan(0.011)
    expect(Math.abs(moments(delays).mean - (7.5 + 24 + 55))).toBeLessThan(6)
  })

  test('by weighted values are those values, as often as weighted', () => {
    const delays = drawn({ kind: 'values', ms: [7, 3, 5], weights: [1, 0, 3] })
    expect(new Set(delays)).toEqual(new Set([5, 7]))
    expect(Math.abs(shareOf(delays, (delay) => delay === 5) - 0.75)).toBeLessThan(0.016)
  })

  test('by values without weights are all as likely', () => {
    const delays = drawn({ kind: 'values', ms: [7, 3, 5, 3] })
    expect(Math.abs(shareOf(delays, (delay) => delay === 3) - 0.5)).toBeLessThan(0.018)
    expect(Math.abs(shareOf(delays, (delay) => delay === 7) - 0.25)).toBeLessThan(0.016)
  })
})

const ms = fc.double({ min: 0, max: 1e6, noNaN: true })
const delays: fc.Arbitrary<Delay> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), ms }),
  fc.tuple(ms, ms).map(([a, b]): Delay => ({ kind: 'uniform', minMs: Math.min(a, b), maxMs: Math.max(a, b) })),
  fc.record({ kind: fc.constant('normal' as const), meanMs: ms, sdMs: ms, minMs: ms }),
  fc.record({
    kind: fc.constant('lognormal' as const),
    medianMs: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    sigma: fc.double({ min: 0, max: 10, noNaN: true }),
    minMs: ms,
  }),
  fc.tuple(ms, ms).map(([a, b]): Delay => ({ kind: 'exponential', minMs: Math.min(a, b), meanMs: Math.max(a, b) })),
  fc.array(ms, { minLength: 1, maxLength: 20 }).map((values): Delay => ({ kind: 'values', ms: values })),
  fc.array(ms, { minLength: 2, maxLength: 20 }).map((values): Delay => ({
    kind: 'quantiles',
    quantiles: values.map((_, i) => i / (values.length - 1)),
    ms: values.toSorted((a, b) => a - b),
  })),
)

test('no delay is below its minimum, or infinite', () => {
  fc.assert(
    fc.property(delays, fc.nat(), (delay, seed) => {
      const { draw, minimumMs } = delaySampler(delay)
      const random = randomStream(seed)
      for (let i = 0; i < 50; i++) {
        const drawnMs = draw(random)
        expect(drawnMs).toBeGreaterThanOrEqual(minimumMs)
        expect(Number.isFinite(drawnMs)).toBe(true)
      }
    }),
  )
})

describe('numbers out of range are refused', () => {
  test.each<Delay>([
    { kind: 'constant', ms: -1 },
    { kind: 'constant', ms: Number.NaN },
    { kind: 'constant', ms: Number.POSITIVE_INFINITY },
    { kind: 'uniform', minMs: 2, maxMs: 1 },
    { kind: 'uniform', minMs: -1, maxMs: 1 },
    { kind: 'uniform', minMs: 0, maxMs: Number.NaN },
    { kind: 'normal', meanMs: -1, sdMs: 1 },
    { kind: 'normal', meanMs: 1, sdMs: -1 },
    { kind: 'normal', meanMs: 1, sdMs: Number.NaN },
    { kind: 'normal', meanMs: 1, sdMs: 1, minMs: -1 },
    { kind: 'lognormal', medianMs: 0, sigma: 1 },
    { kind: 'lognormal', medianMs: 1, sigma: 11 },
    { kind: 'exponential', meanMs: 1, minMs: 2 },
    { kind: 'exponential', meanMs: -1 },
    { kind: 'values', ms: [] },
    { kind: 'values', ms: [1, -1] },
    { kind: 'values', ms: [1, 2], weights: [1] },
    { kind: 'values', ms: [1, 2], weights: [0, 0] },
    { kind: 'values', ms: [1, 2], weights: [1, -1] },
    { kind: 'quantiles', quantiles: [0, 1], ms: [2, 1] },
    { kind: 'quantiles', quantiles: [0, 0.5], ms: [1, 2] },
    { kind: 'quantiles', quantiles: [0.1, 1], ms: [1, 2] },
    { kind: 'quantiles', quantiles: [0, 0, 1], ms: [1, 2, 3] },
    { kind: 'quantiles', quantiles: [0], ms: [1] },
  ])('%j', (delay) => {
    expect(() => delaySampler(delay)).toThrow(UsageError)
  })

  test('with what is wrong in the message, and unknown names too', () => {
    expect(() => delaySampler({ kind: 'constant', ms: -3 })).toThrow('milliseconds ≥ 0, not -3')
    expect(() => delaySampler({ kind: 'gamma' } as unknown as Delay)).toThrow('"gamma"')
  })
})
