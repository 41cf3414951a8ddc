import { UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { type JoinsOptions, joins } from '../../src/availability/joins.ts'
import { onlineAt, onlineShares, stretchesOf } from './support-availability.ts'

const timetable: JoinsOptions = {
  peers: 10,
  initial: 4,
  arrivals: {
    kind: 'timetable',
    joins: [
      { atMs: 100, count: 1 },
      { atMs: 300, count: 3 },
    ],
  },
}

describe('joins', () => {
  test('by timetable come when it says, those beyond it never', () => {
    const times = [0, 99, 100, 299, 300, 1e9]
    expect(onlineShares(joins(timetable), 10, times)).toEqual([0.4, 0.4, 0.5, 0.5, 0.8, 0.8])
  })

  test('come in the order of the numbers and stay', () => {
    const rows = onlineAt(joins(timetable), 10, [0, 100, 300])
    expect(rows.map((row) => row.indexOf(true))).toEqual([0, 0, 0, 0, 1, 2, 2, 2, -1, -1])
    expect(stretchesOf(joins(timetable), 4, 1e9).map(({ untilMs }) => untilMs)).toEqual([100, Number.POSITIVE_INFINITY])
  })

  test('at a rate come one by one', () => {
    const availability = joins({ peers: 10, initial: 2, arrivals: { kind: 'regular', perSecond: 4, fromMs: 1000 } })
    expect([2, 3, 9].map((peer) => stretchesOf(availability, peer, 1e6)[0].untilMs)).toEqual([1250, 1500, 3000])
  })

  test('of a Poisson process come at its rate, with gaps as irregular as their mean', () => {
    const availability = joins({ peers: 5000, initial: 0, arrivals: { kind: 'poisson', seed: 1, perSecond: 10 } })
    const times = Array.from({ length: 5000 }, (_, peer) => stretchesOf(availability, peer, 1e9)[0].untilMs)
    const gaps = times.map((time, i) => time - (times[i - 1] ?? 0))
    const mean = times[4999] / 5000
    const sd = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / 5000)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    expect(Math.abs(mean - 100)).toBeLessThan(7.1)
    expect(Math.abs(sd / mean - 1)).toBeLessThan(0.07)
  })

  test.each<Partial<JoinsOptions>>([
    { peers: 0 },
    { initial: 11 },
    { initial: -1 },
    { arrivals: { kind: 'timetable', joins: [{ atMs: 5, count: 7 }] } },
    {
      arrivals: {
        kind: 'timetable',
        joins: [
          { atMs: 5, count: 1 },
          { atMs: 4, count: 1 },
        ],
      },
    },
    { arrivals: { kind: 'timetable', joins: [{ atMs: 5, count: 0.5 }] } },
    { arrivals: { kind: 'regular', perSecond: 0 } },
    { arrivals: { kind: 'poisson', seed: -1, perSecond: 1 } },
    { arrivals: { kind: 'regular', perSecond: 1, fromMs: -1 } },
  ])('%j is refused', (wrong) => {
    expect(() => joins({ ...timetable, ...wrong })).toThrow(UsageError)
  })
})
