import { describe, expect, test } from 'vitest'
import type { ChurnOptions } from '../../src/scenario/churn/churn-options.ts'
import { Scenario } from '../../src/scenario/scenario.ts'
import { CLOUDS, QUIET } from './support.ts'

// Options say times in cycles, availabilities in milliseconds. A cycle is 2 s here.

const WORLD = { ...QUIET, peers: 400, rowsPerPeer: 1, periodMs: 2000, method: { kind: 'isolated' } } as const

/** After each cycle, who is online: 1 or 0 for each peer. */
function onlineOf(churn: ChurnOptions, cycles: number): Uint8Array[] {
  const scenario = new Scenario({ ...WORLD, ...churn }, CLOUDS)
  return Array.from({ length: cycles }, () => {
    scenario.runCycle()
    return Uint8Array.from({ length: WORLD.peers }, (_, peer) => Number(scenario.simulation.isOnline(peer)))
  })
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

describe('peers', () => {
  test.each<[string, ChurnOptions['churn']]>([
    ['exponential', { kind: 'exponential', mean: 10, online: 0.6 }],
    ['lognormal', { kind: 'lognormal', median: 10, sigma: 0.2, online: 0.6 }],
  ])('are there for %s sessions of about ten cycles, and as many of them as is said', (_, churn) => {
    const cycles = 200
    const online = onlineOf({ churn }, cycles)
    const total = sum(online.map((at) => sum(at)))
    expect(Math.abs(total / (cycles * WORLD.peers) - 0.6)).toBeLessThan(0.03)
    const left = online
      .slice(1)
      .map((at, cycle) => sum(at.map((is, peer) => Number(is === 0 && online[cycle][peer] === 1))))
    // A session that begins and ends within a cycle is not seen.
    expect(total / sum(left)).toBeGreaterThan(8)
    expect(total / sum(left)).toBeLessThan(13)
  })

  test('join as fast as is said, from the first that are there', () => {
    const online = onlineOf({ join: { initial: 50, rate: 4, from: 10 } }, 60).map((at) => sum(at))
    expect(online.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 50))
    expect(Math.abs((online[59] - 50) / (4 * 50) - 1)).toBeLessThan(0.25)
  })

  test('go down at once, and come back when it is said', () => {
    const online = onlineOf({ crash: [{ at: 5.5, until: 9.5, share: 0.25 }] }, 12).map((at) => sum(at))
    expect(online).toEqual([400, 400, 400, 400, 400, 300, 300, 300, 300, 400, 400, 400])
  })

  test('come and go as was recorded, again and again where that is said', () => {
    const trace = { peers: 1, starts: [0, 1], onlineMs: [4000], offlineMs: [10_000] }
    const of = (isLoop: boolean): number[] =>
      onlineOf({ churn: { kind: 'trace', trace, isLoop } }, 10).map((at) => Math.sign(sum(at)))
    expect(of(false)).toEqual([0, 0, 1, 1, 1, 0, 0, 0, 0, 0])
    expect(of(true)).toEqual([0, 0, 1, 1, 1, 0, 0, 1, 1, 1])
  })
})
