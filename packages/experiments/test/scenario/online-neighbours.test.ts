import { PeerPartition, shareRun, type SimulatedEvent, type Tap } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'
import { Scenario } from '../../src/scenario/scenario.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'
import { CLOUDS, QUIET, runOf } from './support.ts'

const CHURN: Partial<ScenarioOptions> = { churn: { kind: 'exponential', mean: 20, online: 0.3 }, transferCycles: 0.01 }

/** Counts what arrives, and what finds nobody in. */
class Watcher implements Tap {
  arrived = 0
  missed = 0

  onSend(): void {}

  onEvent({ what }: SimulatedEvent): void {
    if (what === 'message') this.arrived++
    if (what === 'missed') this.missed++
  }
}

function shareMissed(changes: Partial<ScenarioOptions>): number {
  const watcher = new Watcher()
  runOf({ ...CHURN, ...changes }, 200, { tapOn: () => watcher })
  expect(watcher.arrived).toBeGreaterThan(500)
  return watcher.missed / (watcher.arrived + watcher.missed)
}

describe('peers that know who of their neighbours is online', () => {
  test('send hardly anything to absent ones', () => {
    expect(shareMissed({})).toBeGreaterThan(0.6)
    expect(shareMissed({ onlineNeighbours: true })).toBeLessThan(0.01)
  })

  test('choose among all of those alike', () => {
    const { simulation } = runOf({ onlineNeighbours: true, degree: 39 }, 4000)
    const received = [...(simulation.traffic?.received ?? [])]
    const mean = received.reduce((sum, count) => sum + count, 0) / received.length
    expect(mean).toBeGreaterThan(3800)
    for (const count of received) expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(mean))
  })

  test.each<Partial<ScenarioOptions>>([
    { overlay: 'newscast' },
    { overlay: 'uniform' },
    { overlay: 'regular', correction: 'metropolis' },
  ])('are refused with %o', (changes) => {
    expect(() => new Scenario({ ...QUIET, ...changes, onlineNeighbours: true }, CLOUDS)).toThrow(/online/)
  })

  test('are refused where a run is split over workers', () => {
    const range = new PeerPartition(shareRun(2), 0, QUIET.peers)
    expect(() => new Scenario({ ...QUIET, onlineNeighbours: true }, CLOUDS, { range })).toThrow(/in one thread/)
  })
})
