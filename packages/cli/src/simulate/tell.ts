import type { SplitDataset } from '@hearsay/datasets'
import type { CycleEvent, ProgressEvent, SimulateSummary, StartEvent } from './events.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import type { Snapshot } from './snapshot.ts'
import type { SummaryStatistics } from './summary-statistics.ts'

// From what is known of a run to what is told of it, whoever runs it.

/** What a run is, before it has begun. */
export interface RunFacts {
  readonly options: ScenarioOptions
  readonly data: SplitDataset
  readonly cycles: number
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly backend: string
}

export function startEvent({ options, data, cycles, rowsPerPeer, backend }: RunFacts): StartEvent {
  return {
    type: 'start',
    dataset: data.train.name,
    trainingRows: data.train.rows,
    testRows: data.test.rows,
    features: data.train.featureNames.length,
    classes: data.train.classNames.length,
    peers: options.peers,
    cycles,
    rowsPerPeer,
    backend,
    seed: options.seed,
  }
}

export function cycleEvent({ options }: RunFacts, snapshot: Snapshot, error: SummaryStatistics): CycleEvent {
  const { cycle, age, counters } = snapshot
  return { type: 'cycle', cycle, error, age: age / options.peers, messages: counters.sent }
}

export function progressEvent(
  facts: RunFacts,
  snapshot: Snapshot,
  error: SummaryStatistics,
  busyMs: number,
): ProgressEvent {
  const { cycle, updates } = snapshot
  return {
    ...cycleEvent(facts, snapshot, error),
    type: 'progress',
    cycles: facts.cycles,
    updates,
    updatesPerSecond: perSecond(updates, busyMs),
    etaSeconds: ((busyMs / cycle) * (facts.cycles - cycle)) / 1000,
  }
}

export function summaryEvent(
  facts: RunFacts,
  snapshot: Snapshot,
  error: SummaryStatistics,
  busyMs: number,
  traceHash: string,
): SimulateSummary {
  const { cycle, age, updates, counters } = snapshot
  const { peers, seed } = facts.options
  const { sent, lost, delivered, refused } = counters
  return {
    type: 'summary',
    interrupted: cycle < facts.cycles,
    cycles: cycle,
    peers,
    error,
    age: age / peers,
    updates,
    updatesPerSecond: perSecond(updates, busyMs),
    seconds: busyMs / 1000,
    messages: { sent, lost, delivered, refused },
    traceHash,
    backend: facts.backend,
    seed,
  }
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? (count / ms) * 1000 : 0
}
