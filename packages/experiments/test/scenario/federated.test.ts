import { ConfigurationError, UsageError } from '@hearsay/core'
import type { FederatedAlgorithm } from '@hearsay/federated'
import { PeerPartition, shareRun } from '@hearsay/simulator'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FederatedMethod } from '../../src/scenario/method.ts'
import type { CycleDelay } from '../../src/scenario/network/network-options.ts'
import { roundCycles, roundsProblem, roundTimes } from '../../src/scenario/round-times.ts'
import { Scenario } from '../../src/scenario/scenario.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'
import { CLOUDS, federatedOf, QUIET, runOf, sumOf } from './support.ts'

const FEDAVG: FederatedMethod = { kind: 'fedavg' }

describe('a round', () => {
  const bounded: fc.Arbitrary<CycleDelay> = fc.oneof(
    fc.record({ kind: fc.constant('constant' as const), cycles: fc.double({ min: 0, max: 5, noNaN: true }) }),
    fc
      .tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true }))
      .map(([min, more]) => ({ kind: 'uniform' as const, min, max: min + more })),
  )

  test('is by default as long as two transfers at their slowest: no update is late, none is missing', () => {
    const transfers = fc.option(fc.double({ min: 0.01, max: 3, noNaN: true }), { nil: undefined })
    fc.assert(
      fc.property(bounded, transfers, fc.integer({ min: 10, max: 2000 }), (delay, transferCycles, periodMs) => {
        const world = { peers: 6, rowsPerPeer: 2, degree: 2, evaluate: 0.1, delay, transferCycles, periodMs }
        const run = runOf({ ...world, method: FEDAVG }, 60)
        const { late, missing, ignored, rounds, used } = federatedOf(run).counters
        expect({ late, missing, ignored }).toEqual({ late: 0, missing: 0, ignored: 0 })
        expect(rounds).toBeGreaterThan(1)
        // Those of the round under way are among them.
        expect(used).toBeGreaterThanOrEqual(6 * rounds)
        expect(used).toBeLessThanOrEqual(6 * (rounds + 1))
      }),
      { numRuns: 40 },
    )
  })

  test('takes two cycles at least, as a transfer may take one', () => {
    expect(roundCycles(QUIET)).toBe(2)
    expect(roundCycles({ ...QUIET, transferCycles: 0.1 })).toBe(2)
    expect(roundCycles({ ...QUIET, delay: { kind: 'uniform', min: 1, max: 10 }, transferCycles: undefined })).toBe(20)
    expect(roundCycles({ ...QUIET, delay: { kind: 'normal', mean: 1, sd: 0.1 } })).toBeCloseTo(2 * 2.3)
  })

  test.each<[string, Partial<ScenarioOptions>]>([
    ['lognormal delays', { delay: { kind: 'lognormal', median: 1, sigma: 1 } }],
    ['exponential delays', { delay: { kind: 'exponential', mean: 1, min: 0 } }],
    ['access links', { bandwidth: { upload: 1e6, download: 1e6 }, transferCycles: undefined }],
    ['latencies', { latency: { side: 1, access: 1 } }],
  ])('has to be said under %s', (_, changes) => {
    const options = { ...QUIET, ...changes }
    expect(roundsProblem(options, FEDAVG)).toContain('no upper bound')
    expect(roundsProblem(options, { ...FEDAVG, round: 4 })).toBeUndefined()
  })

  test('that ends by a deadline ends at a look of the server', () => {
    const { roundMs, deadlineMs, checkInMs } = roundTimes(QUIET, { ...FEDAVG, round: 2, deadline: 5 })
    expect([roundMs, deadlineMs, checkInMs]).toEqual([2001, 6003, 6003])
    expect(roundTimes(QUIET, { ...FEDAVG, checkIn: 10 }).checkInMs).toBe(10_000)
  })

  test('begins for the first time when it is told to', () => {
    const openingMs = (opening?: number): number | undefined => roundTimes(QUIET, { ...FEDAVG, opening }).openingMs
    expect([openingMs(), openingMs(5), openingMs(0.0001)]).toEqual([2001, 5000, 1])
    const roundsOf = (opening: number): number =>
      federatedOf(runOf({ method: { ...FEDAVG, opening } }, 41)).counters.rounds
    expect(roundsOf(0.001) - roundsOf(20)).toBe(10)
  })

  test('has a deadline after as many rounds as it says, whatever decimal numbers they are', () => {
    const tenths = fc.integer({ min: 1, max: 100 })
    fc.assert(
      fc.property(tenths, fc.integer({ min: 1, max: 50 }), fc.boolean(), (length, rounds, isMore) => {
        const method = { ...FEDAVG, round: length / 10, deadline: (length * rounds + (isMore ? 0.01 : 0)) / 10 }
        const { roundMs, deadlineMs } = roundTimes(QUIET, method)
        expect(deadlineMs).toBe((isMore ? rounds + 1 : rounds) * roundMs)
      }),
    )
  })

  test.each<[Partial<FederatedMethod>, string]>([
    [{ round: 0 }, 'a round takes a number of cycles > 0, not 0'],
    [{ round: 4, deadline: 3 }, 'no earlier than the end of the shortest round, 4 cycles, not 3'],
    [{ checkIn: -1 }, 'check in every so many cycles > 0, not -1'],
    [{ fraction: 1.5 }, 'the fraction of clients in a round is in (0, 1], not 1.5'],
    [{ updatesMin: 0 }, 'an integer number of updates ≥ 1, not 0'],
    [{ server: 40 }, 'the server is one of the peers 0 … 39, not 40'],
  ])('of %o is refused', (changes, problem) => {
    const method = { ...FEDAVG, ...changes } as FederatedMethod
    expect(() => new Scenario({ ...QUIET, method }, CLOUDS)).toThrow(ConfigurationError)
    expect(() => new Scenario({ ...QUIET, method }, CLOUDS)).toThrow(`fedavg: `)
    expect(roundsProblem(QUIET, method)).toContain(problem)
  })

  test('is hosted as a whole', () => {
    const range = new PeerPartition(shareRun(2), 0, QUIET.peers)
    expect(() => new Scenario({ ...QUIET, method: FEDAVG }, CLOUDS, { range })).toThrow(UsageError)
  })
})

describe('the guard', () => {
  const algorithms: readonly FederatedAlgorithm[] = [
    { kind: 'fedavg', epochs: 3 },
    { kind: 'fedavg', serverEta: 1.5 },
    { kind: 'fedsgd' },
    { kind: 'fedprox', mu: 0.1 },
    { kind: 'fedadam' },
    { kind: 'fedyogi' },
    { kind: 'fedadagrad' },
  ]
  const formats: readonly Partial<FederatedMethod>[] = [
    {},
    { exchange: { kind: 'subsampled', share: 0.3 } },
    { weights: 'int8', modelWeights: 'float16' },
  ]

  test.each(algorithms)('refuses nothing that honest peers send, under %o', (algorithm) => {
    for (const format of formats) {
      for (const shards of ['iid', 'by-class', 'by-size'] as const) {
        const method = { ...algorithm, ...format } as FederatedMethod
        const { counters } = runOf({ method, shards, guard: true, evaluate: 0.1 }, 40).simulation
        expect(counters.refused).toBe(0)
        expect(counters.delivered).toBeGreaterThan(1000)
      }
    }
  })
})

describe('the server', () => {
  const churn = { kind: 'exponential', mean: 3, online: 0.5 } as const

  test('is spared by churn, crashes, pauses and translators, and the others are not', () => {
    const crash = [{ at: 5, until: 10, share: 1 }]
    const faults = { pauses: [{ fromMs: 12_000, untilMs: 18_000, share: 1 }], crashes: [{ fromMs: 20_000, share: 1 }] }
    const method: FederatedMethod = { ...FEDAVG, server: 7 }
    const options = { ...QUIET, method, churn, crash, nat: { share: 1 } }
    const scenario = new Scenario(options, CLOUDS, { faults, counts: true })
    const steps: number[] = []
    const online: number[] = []
    while (scenario.cycle < 30) {
      scenario.runCycle()
      expect(scenario.simulation.isOnline(7)).toBe(true)
      steps.push(scenario.steps?.[7] ?? 0)
      online.push(scenario.online)
    }
    // It is the only one that is there between cycles 5 and 10 and after 20, and that does not stand still between 12 and 18;
    // and trains on its own rows in each round.
    expect([online[7], online[29]]).toEqual([1, 1])
    expect(online[18]).toBeGreaterThan(5)
    for (const cycle of [8, 15, 24, 28]) expect(steps[cycle + 1]).toBeGreaterThan(steps[cycle - 2])
    expect(scenario.server).toBe(7)
    expect(sumOf(scenario.simulation.traffic?.received)).toBeGreaterThan(50)
  })

  test('behind a translator like others hears of nobody', () => {
    const { simulation } = runOf({ method: { ...FEDAVG, serverOnline: false }, nat: { share: 1 } }, 20)
    expect(simulation.traffic?.received[0]).toBe(0)
  })

  test('that is lost with all its clients and comes back goes on from its last round', () => {
    const crash = [{ at: 21.5, until: 40, share: 1 }]
    const method: FederatedMethod = { ...FEDAVG, serverOnline: false }
    const scenario = new Scenario({ ...QUIET, method, crash }, CLOUDS)
    const reached: { age: number; error: number; rounds: number }[] = []
    for (const cycle of [20, 39, 60]) {
      while (scenario.cycle < cycle) scenario.runCycle()
      const { rounds } = federatedOf(scenario).counters
      reached.push({ age: scenario.ages()[1], error: scenario.error(1), rounds })
    }
    const [before, during, after] = reached
    expect(during.rounds - before.rounds).toBeLessThanOrEqual(1)
    expect(during.age).toBeGreaterThanOrEqual(before.age)
    expect(after.rounds).toBeGreaterThan(during.rounds + 6)
    expect(after.age).toBe(during.age + 5 * (after.rounds - during.rounds))
    expect(after.error).toBeLessThan(0.12)
  })

  test('trains on the rows that it holds, unless it is told not to', () => {
    const steps = (method: FederatedMethod): number | undefined => runOf({ method }, 21).steps?.[0]
    expect(steps(FEDAVG)).toBe(5 * 10)
    expect(steps({ ...FEDAVG, serverTrains: false })).toBe(0)
  })
})

describe('what peers predict with', () => {
  test('is the global model, or what they have received last', () => {
    const received = runOf({ method: { ...FEDAVG, fraction: 0.1, predicts: 'received' } }, 21)
    const shared = runOf({ method: { ...FEDAVG, fraction: 0.1 } }, 21)
    const errors = (run: Scenario): Set<number> => new Set(Array.from({ length: 40 }, (_, peer) => run.error(peer)))
    expect(errors(shared).size).toBe(1)
    expect(errors(received).size).toBeGreaterThan(1)
    expect(errors(received)).toContain(shared.error(0))
    expect(shared.ageSum()).toBe(40 * received.ages()[0])
    expect(received.ageSum()).toBeLessThan(shared.ageSum())
    expect(received.simulation.traceHash).toBe(shared.simulation.traceHash)
  })
})

describe('peers of different speeds', () => {
  const speeds = { kind: 'classes', share: 0.5, factor: 3 } as const

  test('need a deadline', () => {
    expect(() => runOf({ method: FEDAVG, speeds }, 1)).toThrow('different speeds')
  })

  test('answer later, and are left out where the deadline is too early', () => {
    const counts = (deadline: number) => federatedOf(runOf({ method: { ...FEDAVG, deadline }, speeds }, 61)).counters
    const [patient, impatient] = [counts(4), counts(2)]
    expect([patient.late, patient.missing]).toEqual([0, 0])
    expect(impatient.late).toBeGreaterThan(50)
    expect(impatient.rounds).toBeGreaterThan(1.8 * patient.rounds)
  })

  test('make fewer updates on their own', () => {
    const { steps = new Float64Array() } = runOf({ method: { kind: 'isolated' }, speeds }, 30)
    expect(new Set(steps)).toEqual(new Set([150, 50]))
  })
})
