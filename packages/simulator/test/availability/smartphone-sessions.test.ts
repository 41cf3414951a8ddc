import { UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { recordSessions } from '../../src/availability/record-sessions.ts'
import { summariseSessions } from '../../src/availability/session-trace.ts'
import { type SmartphoneSessionsOptions, smartphoneSessions } from '../../src/availability/smartphone-sessions.ts'
import { onlineShares } from './support-availability.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const home: SmartphoneSessionsOptions = { seed: 1, timeZones: [{ utcOffsetHours: 0, weight: 1 }] }

describe('synthetic smartphones', () => {
  test('have sessions of 81 minutes, and 22 % of them are online', () => {
    const trace = recordSessions({
      availability: smartphoneSessions({ seed: 1 }),
      peers: 1000,
      seed: 1,
      untilMs: 7 * DAY,
    })
    const { meanSessionMs, onlineFraction } = summariseSessions(trace, 7 * DAY)
    // Sessions that the end of the week cuts off are shorter by some 0.8 %.
    expect(Math.abs(meanSessionMs / 60_000 - 81)).toBeLessThan(2.5)
    expect(Math.abs(onlineFraction - 0.22)).toBeLessThan(0.006)
  })

  test('are online at night more than by day', () => {
    const [noon, midnight] = onlineShares(smartphoneSessions(home), 4000, [36 * HOUR, 48 * HOUR])
    expect(noon).toBeLessThan(0.17)
    expect(midnight).toBeGreaterThan(0.31)
  })

  test('start as they go on: a run may begin at any hour', () => {
    for (const startHour of [0, 7.5, 13, 22]) {
      const [first, next, third] = onlineShares(smartphoneSessions({ ...home, startHour }), 4000, [0, DAY, 2 * DAY])
      expect(Math.abs(first - next)).toBeLessThan(0.045)
      expect(Math.abs(first - third)).toBeLessThan(0.045)
    }
  })

  test('live by the clock of their time zone', () => {
    const east = smartphoneSessions({ seed: 1, timeZones: [{ utcOffsetHours: 12, weight: 1 }] })
    const [noonUtc, midnightUtc] = onlineShares(east, 2000, [36 * HOUR, 48 * HOUR])
    expect(noonUtc).toBeGreaterThan(0.29)
    expect(midnightUtc).toBeLessThan(0.19)
  })

  test('have the figures that they are asked for, also without a rhythm', () => {
    const hourlyWeights = Array.from({ length: 24 }, () => 1)
    const flat = smartphoneSessions({ ...home, hourlyWeights, meanSessionMs: HOUR, onlineFraction: 0.5 })
    for (const share of onlineShares(flat, 2000, [0, 5 * HOUR, DAY])) expect(Math.abs(share - 0.5)).toBeLessThan(0.057)
    const rare = recordSessions({
      availability: smartphoneSessions({ ...home, onlineFraction: 0.001 }),
      peers: 4000,
      seed: 1,
      untilMs: 30 * DAY,
    })
    expect(Math.abs(summariseSessions(rare, 30 * DAY).onlineFraction / 0.001 - 1)).toBeLessThan(0.25)
  })

  test.each<Partial<SmartphoneSessionsOptions>>([
    { seed: -1 },
    { meanSessionMs: 0 },
    { onlineFraction: 0 },
    { onlineFraction: 1 },
    { hourlyWeights: [1] },
    { hourlyWeights: Array.from({ length: 24 }, () => 0) },
    // Who comes online in one hour only cannot be online all day.
    { hourlyWeights: Array.from({ length: 24 }, (_, hour) => (hour === 0 ? 1 : 0)), onlineFraction: 0.9 },
    { timeZones: [] },
    { timeZones: [{ utcOffsetHours: 25, weight: 1 }] },
    { startHour: 24 },
  ])('%j is refused', (wrong) => {
    expect(() => smartphoneSessions({ ...home, ...wrong })).toThrow(UsageError)
  })
})
