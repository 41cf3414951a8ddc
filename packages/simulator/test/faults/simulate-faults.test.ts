import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  countersConsistent,
  type FaultPlan,
  InvariantMonitor,
  nobodyAbsent,
  randomFaultPlan,
  simulateFaults,
  Simulation,
} from '../../src/index.ts'
import { delayOf } from '../support.ts'
import { TinyLearning } from './tiny-learning.ts'

const PEERS = 20

function run(plan: FaultPlan, untilMs = 3000, seed = 1) {
  const kernels = createKernels()
  const learning = new TinyLearning(PEERS, kernels, 100)
  const faults = simulateFaults(plan, { peers: PEERS, seed, network: delayOf(10) })
  const monitor = new InvariantMonitor([countersConsistent(), nobodyAbsent(PEERS, faults.pauses)])
  const simulation = new Simulation({ ...faults, peers: PEERS, seed, kernels, protocols: [learning], tap: monitor })
  monitor.watch(simulation)
  simulation.run(untilMs)
  return { ...simulation.counters, traceHash: simulation.traceHash, faults, simulation }
}

const calm = run({})

describe('each word of a plan does what it says', () => {
  test('no faults', () => {
    expect(calm).toMatchObject({ lost: 0, duplicated: 0, missed: 0 })
    expect([...calm.faults.attackers]).toEqual(Array(PEERS).fill(0))
  })

  test('loss', () => {
    const { lost, sent } = run({ loss: 0.3 }, 20_000)
    expect(lost / sent).toBeGreaterThan(0.25)
    expect(lost / sent).toBeLessThan(0.35)
  })

  test('duplication and replay', () => {
    const { duplicated, sent } = run({ duplication: { share: 0.5, delayMs: 10 } }, 20_000)
    expect(duplicated / sent).toBeGreaterThan(0.45)
    expect(duplicated / sent).toBeLessThan(0.55)
    const both = run({ duplication: { share: 0.5, delayMs: 10 }, replay: { share: 0.2, delayMs: 500 } }, 20_000)
    expect(both.duplicated / both.sent).toBeGreaterThan(0.65)
    expect(both.duplicated / both.sent).toBeLessThan(0.75)
  })

  test('reordering and clogged links delay, and lose nothing', () => {
    for (const plan of [
      { reordering: { share: 0.5, delayMs: 300 } },
      { cloggedLinks: [{ fromMs: 0, share: 0.5, delayMs: 300 }] },
    ]) {
      const { lost, delivered, traceHash } = run(plan)
      expect(lost).toBe(0)
      expect(traceHash).not.toBe(calm.traceHash)
      expect(delivered).toBeLessThan(calm.delivered)
    }
  })

  test('partitions', () => {
    const half = { fromMs: 1000, untilMs: 2000, share: 0.5 }
    const { lost } = run({ partitions: [half] })
    const oneWay = run({ partitions: [{ ...half, direction: 'leaving' }] })
    expect(lost).toBeGreaterThan(60)
    expect(oneWay.lost).toBeGreaterThan(20)
    expect(oneWay.lost).toBeLessThan(lost)
  })

  test('crashes', () => {
    const { missed, simulation } = run({ crashes: [{ fromMs: 1000, share: 0.5 }] })
    expect(missed).toBeGreaterThan(50)
    expect(Array.from({ length: PEERS }, (_, peer) => simulation.isOnline(peer)).filter(Boolean)).toHaveLength(10)
    expect(run({ crashes: [{ fromMs: 1000, untilMs: 2000, share: 0.5 }] }).missed).toBeLessThan(missed)
  })

  test('two crashes are not of the same peers', () => {
    const crash = { fromMs: 1000, share: 0.5 }
    const { simulation } = run({ crashes: [crash, crash] })
    expect(Array.from({ length: PEERS }, (_, peer) => simulation.isOnline(peer)).filter(Boolean).length).toBeLessThan(9)
  })

  test('state loss', () => {
    const forgotten = (stateLoss: number): number => {
      let count = 0
      const kernels = createKernels()
      const learning = new TinyLearning(PEERS, kernels, 100)
      const plan = { crashes: [{ fromMs: 100, untilMs: 200, share: 1, stateLoss }] }
      const faults = simulateFaults(plan, { peers: PEERS, seed: 1, network: delayOf(10) })
      const tap = {
        onEvent: ({ what, kind }: { what: string; kind: number }) => void (count += what === 'online' ? kind : 0),
      }
      new Simulation({ ...faults, peers: PEERS, seed: 1, kernels, protocols: [learning], tap }).run(300)
      return count
    }
    expect([forgotten(0), forgotten(1)]).toEqual([0, PEERS])
  })

  test('pauses, clocks, Byzantine peers', () => {
    const { pauses } = run({ pauses: [{ fromMs: 500, untilMs: 900, share: 0.25 }] }).faults
    expect(pauses?.map(({ peers }) => peers.reduce((sum, hit) => sum + hit, 0))).toEqual([5])
    expect(run({ clockSkew: { rate: 0.5 } }).traceHash).not.toBe(calm.traceHash)
    const { attackers } = run({ byzantine: { share: 0.2, attack: { kind: 'sign-flip' } } }).faults
    expect(attackers.reduce((sum, lies) => sum + lies, 0)).toBe(4)
  })
})

test('a plan and a seed say all of a run', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const plan = randomFaultPlan(seed, { durationMs: 1000, periodMs: 100 })
      const first = run(plan, 1000, seed)
      expect(run(plan, 1000, seed).traceHash).toBe(first.traceHash)
      expect(run(plan, 1000, seed + 1).traceHash).not.toBe(first.traceHash)
    }),
    { numRuns: 25 },
  )
})
