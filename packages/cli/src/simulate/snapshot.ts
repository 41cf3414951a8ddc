import type { SimulationCounters } from '@hearsay/simulator'
import type { Scenario } from '@hearsay/experiments'

/** What can be said of a scenario after a cycle, as sums over the peers that are hosted here: snapshots can be added. */
export interface Snapshot {
  readonly cycle: number
  /** Sum of the ages of the peers' models, in rows. */
  readonly age: number
  /** Models that peers have received, merged and trained. */
  readonly updates: number
  readonly counters: SimulationCounters
  /** Peers that are online. */
  readonly online: number
}

export function snapshotOf(scenario: Scenario): Snapshot {
  const { cycle, updates, simulation } = scenario
  return { cycle, age: scenario.ageSum(), updates, counters: simulation.counters, online: scenario.online }
}

/** What the workers of one run say together. */
export function sumOf(snapshots: readonly Snapshot[]): Snapshot {
  return snapshots.reduce((sum, next) => ({
    cycle: next.cycle,
    age: sum.age + next.age,
    updates: sum.updates + next.updates,
    counters: addCounters(sum.counters, next.counters),
    online: sum.online + next.online,
  }))
}

function addCounters(one: SimulationCounters, other: SimulationCounters): SimulationCounters {
  const keys = Object.keys(one) as (keyof SimulationCounters)[]
  return Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) as Record<keyof SimulationCounters, number>
}
