import { UsageError } from '@hearsay/core'
import type { Availability } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'
import { runOf, type RunOptions, weights } from './support.ts'

/** Online except where a peer is listed: absent from … to, with or without its state. */
function absences(list: Record<number, [fromMs: number, untilMs: number]>, losesState = false): Availability {
  return {
    isOnlineAtStart: () => true,
    nextChangeMs: (_random, peer, nowMs, online) => {
      const [from, until] = list[peer] ?? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      if (!online) return until
      return nowMs < until && nowMs <= from ? from : Number.POSITIVE_INFINITY
    },
    isStateLost: () => losesState,
  }
}

function countersAt(untilMs: number, options: RunOptions) {
  const run = runOf(options)
  run.simulation.run(untilMs)
  return run.learning.counters
}

describe('a round', () => {
  test('asks all clients that have checked in, and uses their updates', () => {
    const run = runOf()
    run.simulation.run(1001)
    expect(run.learning.counters).toMatchObject({ rounds: 9, asked: 40, used: 36, missing: 0, late: 0, voidRounds: 0 })
    expect(run.learning.ages[0]).toBe(45)
    expect([...run.learning.ages.slice(1)]).toEqual([40, 40, 40, 40])
  })

  test.each([
    [0.5, 2],
    [0.3, 1],
    [0.01, 1],
    [0.7, 3],
  ])('asks a share of %d: %i of four', (fraction, asked) => {
    const run = runOf({ fraction })
    run.simulation.run(10_001)
    expect(run.learning.counters.asked).toBe(100 * asked)
    const trainings = [...run.learning.trainings.slice(1)]
    expect(trainings.reduce((sum, count) => sum + count, 0)).toBe(100 * asked - asked)
    // A fair choice of 25·asked on average, to within four standard deviations.
    for (const count of trainings) expect(Math.abs(count - 25 * asked)).toBeLessThan(20)
  })

  test('begins its first round when it is told to, with the clients that have checked in', () => {
    // Check-ins take 20 ms, a round 100.
    expect(countersAt(20, { openingMs: 21 })).toMatchObject({ asked: 0 })
    expect(countersAt(22, { openingMs: 21 })).toMatchObject({ asked: 4, rounds: 0 })
    expect(countersAt(122, { openingMs: 21 })).toMatchObject({ rounds: 1, used: 4 })
  })

  test('goes on as soon as all have answered, where the deadline leaves time', () => {
    // Answers are there 40 ms after the round begins: at the second look.
    const options = { roundMs: 25, deadlineMs: 1000 }
    expect(countersAt(25 + 10 * 50 + 1, options)).toMatchObject({ rounds: 10, used: 40, missing: 0 })
  })

  test('goes on at the deadline without stragglers, and counts what comes late', () => {
    const trainingMs = (peer: number): number => (peer === 4 ? 110 : 10)
    const run = runOf({ trainingMs, checkInMs: 1000 })
    run.simulation.run(1060)
    // The straggler's update of round r comes in round r + 1. It was missed by then, so it is asked again in round r + 2.
    const { counters } = run.learning
    expect(counters.rounds).toBe(9)
    expect([counters.missing, counters.late]).toEqual([5, 5])
    expect(counters.used).toBe(30)
  })

  test('is void with fewer updates than it needs', () => {
    const trainingMs = (peer: number): number => (peer > 2 ? 1000 : 0)
    const run = runOf({ trainingMs, updatesMin: 3 })
    run.simulation.run(501)
    expect(run.learning.counters.rounds).toBe(0)
    expect(run.learning.counters.voidRounds).toBeGreaterThan(1)
    expect(weights(run, 0)).toEqual([0, 0, 0, 0])
  })

  test('uses an update once, however often it comes', () => {
    const network = {
      transfer: () => 20,
      duplicate: (() => {
        let copies = 0
        return () => (copies++ % 2 === 0 ? 30 : -1)
      })(),
    }
    const run = runOf({ simulation: { network } })
    const plain = runOf()
    for (const { simulation } of [run, plain]) simulation.run(1001)
    expect(run.learning.counters).toMatchObject({ used: 36, late: 0 })
    expect(run.learning.counters.ignored).toBeGreaterThan(30)
    expect(weights(run, 0)).toEqual(weights(plain, 0))
  })

  test('goes on without clients that turn out to have no rows', () => {
    const run = runOf({ sizes: [0, 5, 0, 5] })
    run.simulation.run(2001)
    expect(run.learning.counters.used).toBe(2 * 19)
    expect(run.learning.counters.missing).toBe(1)
    expect(run.learning.counters.asked).toBe(2 * 20 + 1)
  })
})

describe('a server', () => {
  test('may be any peer', () => {
    const run = runOf({ sizes: [5, 5, 0, 5, 5], server: 2 })
    run.simulation.run(1001)
    expect(run.learning.counters).toMatchObject({ rounds: 9, used: 36 })
    expect(run.learning.ages[2]).toBe(45)
  })

  test('trains on its own rows where it is told to, at no traffic', () => {
    const [without, within] = [false, true].map((serverTrains) => runOf({ sizes: [5, 5, 5], serverTrains }))
    for (const { simulation } of [without, within]) simulation.run(1001)
    expect([without.learning.trainings[0], within.learning.trainings[0]]).toEqual([0, 10])
    expect(within.simulation.counters.words).toBe(without.simulation.counters.words)
    expect(weights(within, 0)).not.toEqual(weights(without, 0))
  })

  test('without rows is asked to train once, and has trained nothing', () => {
    const run = runOf({ serverTrains: true })
    run.simulation.run(1001)
    expect(run.learning.counters).toMatchObject({ rounds: 9, used: 36 })
    expect(run.learning.trainings[0]).toBe(0)
  })

  test('that is lost and comes back goes on from its last round', () => {
    // It goes when the updates of its fifth round have come, and before it has looked at them.
    const run = runOf({ simulation: { availability: absences({ 0: [545, 815] }) } })
    run.simulation.run(544)
    const [before, round] = [weights(run, 0), run.learning.round(0)]
    expect([run.learning.counters.rounds, round]).toEqual([4, 5])
    run.simulation.run(930)
    expect(weights(run, 0)).toEqual(before)
    run.simulation.run(2001)
    expect(run.learning.round(0)).toBeGreaterThan(round)
    expect(run.learning.counters.rounds).toBeGreaterThan(10)
    expect(run.learning.counters.missing).toBe(0)
    expect(run.learning.ages[0]).toBe(5 * run.learning.counters.rounds)
  })

  test('that has lost its state begins anew, with rounds that its clients take for later ones', () => {
    const run = runOf({ simulation: { availability: absences({ 0: [515, 815] }, true) } })
    run.simulation.run(900)
    expect([run.learning.ages[0], run.learning.counters.rounds]).toEqual([0, 4])
    run.simulation.run(2001)
    expect(run.learning.counters.rounds).toBeGreaterThan(10)
    expect(run.learning.ages[0]).toBe(5 * (run.learning.counters.rounds - 4))
    expect([...run.learning.ages.slice(1)]).toEqual(new Array(4).fill(run.learning.ages[0]))
  })

  test('takes the time of a round for each, however often it goes and comes back', () => {
    // Up for 15 ms and away for 15 ms, until 300 ms.
    const availability: Availability = {
      isOnlineAtStart: () => true,
      nextChangeMs: (_random, peer, nowMs) => (peer === 0 && nowMs < 300 ? nowMs + 15 : Number.POSITIVE_INFINITY),
      isStateLost: () => false,
    }
    const run = runOf({ openingMs: 5, simulation: { availability } })
    for (let nowMs = 10; nowMs <= 2000; nowMs += 10) {
      run.simulation.run(nowMs)
      expect(run.learning.round(0)).toBeLessThanOrEqual(Math.floor(nowMs / 100) + 1)
    }
    expect(run.learning.round(0)).toBeGreaterThan(17)
  })

  test('keeps no more clients in mind than it has room for, and gives the room of those who are gone away', () => {
    const run = runOf({ clientsMax: 3, simulation: { availability: absences({ 1: [350, 1e6] }) } })
    run.simulation.run(301)
    expect(run.learning.counters.asked).toBe(9)
    run.simulation.run(2001)
    expect(run.learning.trainings.slice(1).every((count) => count > 0)).toBe(true)
  })
})

describe('a client', () => {
  test('that goes offline while it trains is missed once, and is back when it checks in', () => {
    const options = { trainingMs: () => 30, simulation: { availability: absences({ 3: [330, 600] }) } }
    const run = runOf(options)
    run.simulation.run(599)
    expect(run.learning.counters).toMatchObject({ missing: 1, late: 0 })
    expect(run.learning.trainings[3]).toBe(2)
    run.simulation.run(1001)
    expect(run.learning.trainings[3]).toBe(5)
    expect(run.learning.counters.missing).toBe(1)
  })

  test('that goes offline in the middle of a transfer is missed, where transfers need both ends', () => {
    const simulation = { availability: absences({ 3: [410, 415] }), wholeTransfers: true }
    const run = runOf({ simulation })
    run.simulation.run(601)
    expect(run.simulation.counters.missed).toBe(1)
    expect(run.learning.counters.missing).toBe(1)
    expect(run.learning.ages[3]).toBe(20)
  })

  test('that has lost its state gets the model with its next round', () => {
    const run = runOf({ simulation: { availability: absences({ 3: [330, 460] }, true) } })
    run.simulation.run(470)
    expect([run.learning.ages[3], run.learning.round(3)]).toEqual([0, 0])
    run.simulation.run(801)
    expect(run.learning.ages[3]).toBe(run.learning.ages[2])
  })

  test('that is not asked tells the server again and again that it is there', () => {
    const run = runOf({ fraction: 0.25, checkInMs: 200 })
    run.simulation.run(4001)
    const { sent } = run.learning.traffic
    const checkIns = sent.slice(1).reduce((sum, count) => sum + count, 0) - (run.learning.counters.asked - 1)
    // Each of 19 periods of the four but those in which it was asked: (3/4)² of 76.
    expect(Math.abs(checkIns - 4 - 43)).toBeLessThan(20)
    expect(run.learning.counters.missing).toBe(0)
  })
})

describe('options', () => {
  test.each<RunOptions>([
    { fraction: 0 },
    { fraction: 1.1 },
    { roundMs: 0 },
    { roundMs: Number.NaN },
    { openingMs: 0 },
    { deadlineMs: 99 },
    { deadlineMs: Number.POSITIVE_INFINITY },
    { updatesMin: 0 },
    { checkInMs: 0 },
    { availableMs: 1 },
    { clientsMax: 0 },
    { server: -1 },
    { exchange: { kind: 'subsampled', share: 0 } },
    { exchange: { kind: 'partitioned', parts: 2 } as never },
  ])('%o are refused', (options) => {
    expect(() => runOf(options)).toThrow(UsageError)
  })
})
