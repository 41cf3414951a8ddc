import { ConfigurationError, type Random, randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alwaysOnline } from '../../src/availability/always-online.ts'
import type { Availability } from '../../src/availability/availability.ts'
import { composeAvailability } from '../../src/availability/compose-availability.ts'
import { joins } from '../../src/availability/joins.ts'
import { massCrash } from '../../src/availability/mass-crash.ts'
import { renewalSessions } from '../../src/availability/renewal-sessions.ts'
import { withStateLoss } from '../../src/availability/with-state-loss.ts'
import { transplant } from '../support-archive.ts'
import { draws, shareOf } from '../network/support-network.ts'
import { onlineShares, stretchesOf } from './support-availability.ts'

/** Changes at the times given, in the order of time, and draws nothing. */
function scripted(changesMs: readonly number[], onlineAtStart = true): Availability {
  return {
    isOnlineAtStart: () => onlineAtStart,
    nextChangeMs: (_random, _peer, nowMs, online) => {
      const parity = online === onlineAtStart ? 0 : 1
      return changesMs.find((changeMs, i) => i % 2 === parity && changeMs >= nowMs) ?? Number.POSITIVE_INFINITY
    },
  }
}

const compose = (...parts: Availability[]): Availability => composeAvailability({ peers: 10, parts })
const sessionsOf = (availability: Availability, untilMs: number): number[][] =>
  stretchesOf(availability, 0, untilMs)
    .filter(({ online }) => online)
    .map(({ fromMs, untilMs: end }) => [fromMs, end])

describe('a composition', () => {
  test('is online while all parts are', () => {
    expect(sessionsOf(compose(scripted([10, 20, 50, 60]), scripted([15, 30, 70, 80])), 100)).toEqual([
      [0, 10],
      [30, 50],
      [60, 70],
      [80, Number.POSITIVE_INFINITY],
    ])
  })

  test('has no session of no length where one part leaves as another comes', () => {
    expect(sessionsOf(compose(scripted([20, 90]), scripted([10, 20, 90, 95])), 100)).toEqual([
      [0, 10],
      [95, Number.POSITIVE_INFINITY],
    ])
    expect(sessionsOf(compose(scripted([10, 20]), scripted([20, 30])), 100)).toEqual([
      [0, 10],
      [30, Number.POSITIVE_INFINITY],
    ])
  })

  test('of one part or none is that part, or always online', () => {
    expect(sessionsOf(compose(scripted([10, 20])), 100)).toEqual([
      [0, 10],
      [20, Infinity],
    ])
    expect(sessionsOf(compose(), 100)).toEqual(sessionsOf(alwaysOnline(), 100))
  })

  test('that one part has left for good never comes back, however others change', () => {
    const churn = renewalSessions({ online: { kind: 'constant', ms: 10 }, onlineFraction: 0.5 })
    const crash = massCrash({ peers: 10, seed: 1, share: 1, atMs: 100 })
    const stretches = stretchesOf(compose(churn, crash), 0, 1e9)
    expect(stretches.at(-1)).toMatchObject({ online: false, untilMs: Number.POSITIVE_INFINITY })
    expect(stretches.at(-1)?.fromMs).toBeLessThanOrEqual(100)
  })

  test('of churn and a crash has the product of their shares', () => {
    const peers = 4000
    const churn = renewalSessions({ online: { kind: 'lognormal', medianMs: 1000, sigma: 1 }, onlineFraction: 0.9 })
    const crash = massCrash({ peers, seed: 1, share: 0.5, atMs: 5000, untilMs: 9000 })
    const shares = onlineShares(
      composeAvailability({ peers, parts: [churn, crash] }),
      peers,
      [0, 4999, 5001, 8999, 9001],
    )
    for (const [i, wanted] of [0.9, 0.9, 0.45, 0.45, 0.9].entries()) {
      expect(Math.abs(shares[i] - wanted)).toBeLessThan(0.04)
    }
  })

  test('of churn and growth has nobody before they join', () => {
    const churn = renewalSessions({ online: { kind: 'exponential', meanMs: 50 }, onlineFraction: 0.5 })
    const growth = joins({ peers: 10, initial: 0, arrivals: { kind: 'timetable', joins: [{ atMs: 500, count: 10 }] } })
    for (let peer = 0; peer < 10; peer++) {
      const [first] = stretchesOf(compose(churn, growth), peer, 1e4)
      expect(first).toMatchObject({ fromMs: 0, online: false })
      expect(first.untilMs).toBeGreaterThanOrEqual(500)
    }
  })

  test('agrees with its parts at any time', () => {
    const changes = fc
      .uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 8 })
      .map((times) => times.toSorted((a, b) => a - b))
    const part = fc.tuple(changes, fc.boolean())
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        const stretches = stretchesOf(compose(...parts.map(([times, online]) => scripted(times, online))), 0, 200)
        for (let timeMs = 0.5; timeMs < 200; timeMs++) {
          const wanted = parts.every(
            ([times, online]) => online === (times.filter((time) => time <= timeMs).length % 2 === 0),
          )
          const found = stretches.find(({ fromMs, untilMs }) => fromMs <= timeMs && timeMs < untilMs)
          expect(found?.online).toBe(wanted)
        }
      }),
    )
  })

  test('of parts that are never online together is refused when it is found out', () => {
    const half = (online: boolean): Availability => ({
      isOnlineAtStart: () => online,
      nextChangeMs: (_random, _peer, nowMs) => nowMs + 1,
    })
    expect(() => stretchesOf(compose(half(true), half(false)), 0, 10)).toThrow(ConfigurationError)
  })

  test('without peers is refused', () => {
    expect(() => composeAvailability({ peers: 0, parts: [] })).toThrow(UsageError)
  })

  test('goes on from what it saved', () => {
    const make = (): Availability =>
      compose(
        renewalSessions({ online: { kind: 'exponential', meanMs: 100 }, onlineFraction: 0.7 }),
        massCrash({ peers: 10, seed: 1, share: 0.5, atMs: 300, untilMs: 400 }),
      )
    const [original, restored] = [make(), make()]
    const drawn = randomStream(1)
    let online = original.isOnlineAtStart(drawn, 3)
    let nowMs = 0
    for (let i = 0; i < 5; i++, online = !online) nowMs = original.nextChangeMs(drawn, 3, nowMs, online)
    transplant(original, restored)
    const goOn = (availability: Availability, random: Random): number[] => {
      let time = nowMs
      return Array.from({ length: 20 }, (_, i) => {
        time = availability.nextChangeMs(random, 3, time, online === (i % 2 === 0))
        return time
      })
    }
    expect(goOn(restored, randomStream(9))).toEqual(goOn(original, randomStream(9)))
  })
})

describe('state', () => {
  test('is lost with its probability at each return', () => {
    const availability = withStateLoss(scripted([10, 20]), 0.3)
    const lost = draws(10_000, (random) => Number(availability.isStateLost?.(random, 0, 20)))
    expect(Math.abs(shareOf(lost, (value) => value === 1) - 0.3)).toBeLessThan(0.023)
    expect(sessionsOf(availability, 100)).toEqual(sessionsOf(scripted([10, 20]), 100))
  })

  test.each(['before', 'after'])('is lost only by a part that was away, asked %s the next change', (order) => {
    const parts = [scripted([10, 20, 50, 60, 100, 110]), withStateLoss(scripted([15, 16, 40, 45, 95, 109]), 1)]
    const availability = compose(...parts)
    const random = randomStream(1)
    const lost: boolean[] = []
    let nowMs = 0
    let online = availability.isOnlineAtStart(random, 0)
    for (let i = 0; i < 9; i++) {
      if (online && i > 0 && order === 'before') lost.push(availability.isStateLost?.(random, 0, nowMs) ?? false)
      const next = availability.nextChangeMs(random, 0, nowMs, online)
      if (online && i > 0 && order === 'after') lost.push(availability.isStateLost?.(random, 0, nowMs) ?? false)
      nowMs = next
      online = !online
    }
    // Away 10 … 20 (the second part too), 40 … 45 (the second part alone), 50 … 60 (the first alone), 95 … 110 (both).
    expect(lost).toEqual([true, true, false, true])
  })

  test.each([-0.1, 1.1, Number.NaN])('is not lost with a probability of %d', (probability) => {
    expect(() => withStateLoss(alwaysOnline(), probability)).toThrow(UsageError)
  })
})
