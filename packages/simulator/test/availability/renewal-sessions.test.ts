import { UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { alwaysOnline } from '../../src/availability/always-online.ts'
import { type Duration, durationSampler } from '../../src/availability/duration.ts'
import { type RenewalSessionsOptions, renewalSessions } from '../../src/availability/renewal-sessions.ts'
import { draws, moments } from '../network/support-network.ts'
import { onlineShares, stretchesOf } from './support-availability.ts'

const DURATIONS: Duration[] = [
  { kind: 'constant', ms: 500 },
  { kind: 'uniform', minMs: 100, maxMs: 900 },
  { kind: 'exponential', meanMs: 500 },
  { kind: 'lognormal', medianMs: 500, sigma: 1 },
]

describe('lengths', () => {
  test.each(DURATIONS)('have the mean that they say: %j', (duration) => {
    const { draw, meanMs } = durationSampler(duration)
    const { mean, sd } = moments(draws(20_000, draw))
    expect(Math.abs(mean - meanMs)).toBeLessThanOrEqual((5 * sd) / Math.sqrt(20_000))
  })

  test.each(DURATIONS)('leave, at a random moment, E[L²] / 2E[L] on average: %j', (duration) => {
    const { draw, drawResidual } = durationSampler(duration)
    const lengths = draws(200_000, draw)
    const expected = lengths.reduce((sum, ms) => sum + ms * ms, 0) / lengths.reduce((sum, ms) => sum + 2 * ms, 0)
    expect(Math.abs(moments(draws(20_000, drawResidual)).mean / expected - 1)).toBeLessThan(0.07)
  })

  test.each<Duration>([
    { kind: 'constant', ms: 0 },
    { kind: 'uniform', minMs: 0, maxMs: 0 },
    { kind: 'uniform', minMs: 2, maxMs: 1 },
    { kind: 'exponential', meanMs: Number.POSITIVE_INFINITY },
    { kind: 'lognormal', medianMs: 0, sigma: 1 },
    { kind: 'lognormal', medianMs: 1, sigma: -1 },
    { kind: 'weibull' } as unknown as Duration,
  ])('out of range are refused: %j', (online) => {
    expect(() => renewalSessions({ online, onlineFraction: 0.5 })).toThrow(UsageError)
  })
})

describe('sessions and absences', () => {
  test.each(DURATIONS)('keep the wanted share online, from the start on: %j', (online) => {
    const availability = renewalSessions({ online, onlineFraction: 0.9 })
    for (const share of onlineShares(availability, 4000, [0, 50, 400, 2000])) {
      // Five standard errors of 4000 peers.
      expect(Math.abs(share - 0.9)).toBeLessThan(0.024)
    }
  })

  test('of their own lengths are online as long as those say', () => {
    const availability = renewalSessions({
      online: { kind: 'exponential', meanMs: 100 },
      offline: { kind: 'constant', ms: 300 },
    })
    for (const share of onlineShares(availability, 4000, [0, 200, 1000]))
      expect(Math.abs(share - 0.25)).toBeLessThan(0.035)
  })

  test('lognormal in cycles (Ormándi, Hegedűs, Jelasity 2013, §6.1) have the logarithms of N(0, 1), both', () => {
    const cycleMs = 1000
    const online: Duration = { kind: 'lognormal', medianMs: cycleMs, sigma: 1 }
    const availability = renewalSessions({ online, onlineFraction: 0.9 })
    const stretches = Array.from({ length: 20 }, (_, peer) => stretchesOf(availability, peer, 1e6).slice(1)).flat()
    for (const [isOnline, scale] of [
      [true, 1],
      [false, 1 / 9],
    ] as const) {
      const logarithms = stretches
        .filter(({ online: wasOnline }) => wasOnline === isOnline)
        .map(({ fromMs, untilMs }) => Math.log((untilMs - fromMs) / (scale * cycleMs)))
      const { mean, sd } = moments(logarithms)
      expect(logarithms.length).toBeGreaterThan(9000)
      expect(Math.abs(mean)).toBeLessThan(0.055)
      expect(Math.abs(sd - 1)).toBeLessThan(0.04)
    }
  })

  test('draw from the peer own stream alone', () => {
    const availability = renewalSessions({ online: { kind: 'exponential', meanMs: 100 }, onlineFraction: 0.5 })
    const alone = stretchesOf(availability, 3, 5000)
    for (let peer = 0; peer < 3; peer++) stretchesOf(availability, peer, 1000)
    expect(stretchesOf(availability, 3, 5000)).toEqual(alone)
  })

  test('with everyone online never change', () => {
    const availability = renewalSessions({ online: { kind: 'exponential', meanMs: 100 }, onlineFraction: 1 })
    expect(stretchesOf(availability, 0, 1e9)).toEqual(stretchesOf(alwaysOnline(), 0, 1e9))
    expect(stretchesOf(alwaysOnline(), 0, 1)).toEqual([{ fromMs: 0, untilMs: Number.POSITIVE_INFINITY, online: true }])
  })

  const online: Duration = { kind: 'constant', ms: 1 }
  test.each<RenewalSessionsOptions>([
    { online },
    { online, offline: online, onlineFraction: 0.5 },
    { online, onlineFraction: 0 },
    { online, onlineFraction: 1.1 },
    { online, onlineFraction: Number.NaN },
  ])('%j is refused', (options) => {
    expect(() => renewalSessions(options)).toThrow(UsageError)
  })
})
