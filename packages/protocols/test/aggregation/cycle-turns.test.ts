import { UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { CycleTurns } from '../../src/aggregation/cycle-turns.ts'
import { at, drawing, unevenness } from '../support.ts'
import { range } from './support.ts'

const PERIOD_MS = 1000

/** The moments of a peer's first turns. */
function turnsOf(turns: CycleTurns, count: number, seed: number, startMs = 0): number[] {
  const context = at(drawing(seed), 0, startMs)
  const moments = [startMs + turns.first(context)]
  while (moments.length < count) moments.push(moments.at(-1)! + turns.next(at(context, 0, moments.at(-1)!)))
  return moments
}

describe('CycleTurns', () => {
  test.each(['shuffled', 'fixed'] as const)('takes exactly one turn in each cycle: %s', (order) => {
    for (const seed of range(20)) {
      const cycles = turnsOf(new CycleTurns({ periodMs: PERIOD_MS, order }), 50, seed).map((now) =>
        Math.floor(now / PERIOD_MS),
      )
      expect(cycles).toEqual(range(50))
    }
  })

  test('draws its moment anew in each cycle, uniformly', () => {
    const moments = turnsOf(new CycleTurns({ periodMs: PERIOD_MS }), 5000, 1).map((now) => now % PERIOD_MS)
    const counts = new Int32Array(10)
    for (const moment of moments) counts[Math.floor(moment / 100)]++
    expect(unevenness(counts)).toBeLessThan(3)
    const steps = moments.slice(1).map((moment, i) => (moment - 500) * (moments[i] - 500))
    expect(Math.abs(steps.reduce((sum, step) => sum + step, 0)) / 5000 / 83_333).toBeLessThan(0.06)
  })

  test('keeps its moment where the order is fixed', () => {
    const moments = turnsOf(new CycleTurns({ periodMs: PERIOD_MS, order: 'fixed' }), 50, 1).map(
      (now) => now % PERIOD_MS,
    )
    expect(new Set(moments).size).toBe(1)
    expect(turnsOf(new CycleTurns({ periodMs: PERIOD_MS, order: 'fixed' }), 1, 2)).not.toEqual([moments[0]])
  })

  test('a peer that starts within a cycle takes its first turn within a period, and then one in each cycle', () => {
    const moments = turnsOf(new CycleTurns({ periodMs: PERIOD_MS }), 20, 3, 12_700)
    expect(moments[0] >= 12_700 && moments[0] < 13_700).toBe(true)
    const cycles = moments.map((now) => Math.floor(now / PERIOD_MS))
    expect(cycles).toEqual(range(20).map((i) => cycles[0] + i))
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is refused with a period of %s ms', (periodMs) => {
    expect(() => new CycleTurns({ periodMs })).toThrow(UsageError)
  })
})
