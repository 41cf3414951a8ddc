import type { SplitDataset } from '@hearsay/datasets'
import type { SimulationCounters } from '@hearsay/simulator'
import { MESSAGE_HEADER_BYTES, type ScenarioOptions, type SummaryStatistics } from '@hearsay/experiments'
import type { CycleEvent, ProgressEvent, SimulateSummary, StartEvent } from './events.ts'
import type { Snapshot } from './snapshot.ts'

// From what is known of a run to what is told of it, whoever runs it.

/** What a run is, before it has begun. */
export interface RunFacts {
  readonly options: ScenarioOptions
  readonly data: SplitDataset
  readonly cycles: number
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly backend: string
  /** What had been done when the run went on from a checkpoint. Default: nothing. */
  readonly before?: { readonly cycle: number; readonly updates: number }
}

export function startEvent({ options, data, cycles, rowsPerPeer, backend, before }: RunFacts): StartEvent {
  return {
    type: 'start',
    dataset: data.train.name,
    trainingRows: data.train.rows,
    testRows: data.test.rows,
    features: data.train.featureNames.length,
    classes: data.train.classNames.length,
    peers: options.peers,
    cycles,
    resumedAt: before?.cycle ?? 0,
    rowsPerPeer,
    backend,
    seed: options.seed,
  }
}

export function cycleEvent({ options }: RunFacts, snapshot: Snapshot, error: SummaryStatistics): CycleEvent {
  const { cycle, age, online, counters } = snapshot
  const { peers } = options
  const { sent, missed, duplicated } = counters
  return {
    ...{ type: 'cycle', cycle, error, age: age / peers, online: online / peers },
    ...{ messages: sent, missed, duplicated, bytes: bytesOf(counters) },
  }
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
    updatesPerSecond: perSecond(updates - (facts.before?.updates ?? 0), busyMs),
    etaSeconds: ((busyMs / (cycle - (facts.before?.cycle ?? 0))) * (facts.cycles - cycle)) / 1000,
  }
}

export function summaryEvent(
  facts: RunFacts,
  snapshot: Snapshot,
  error: SummaryStatistics,
  busyMs: number,
  traceHash: string,
): SimulateSummary {
  const { cycle, age, updates, online, counters } = snapshot
  const { peers, seed } = facts.options
  const { sent, lost, delivered, refused, missed, duplicated } = counters
  return {
    type: 'summary',
    interrupted: cycle < facts.cycles,
    cycles: cycle,
    peers,
    error,
    age: age / peers,
    online: online / peers,
    updates,
    updatesPerSecond: perSecond(updates - (facts.before?.updates ?? 0), busyMs),
    seconds: busyMs / 1000,
    messages: { sent, lost, delivered, refused, missed, duplicated, bytes: bytesOf(counters) },
    traceHash,
    backend: facts.backend,
    seed,
  }
}

/** What has been handed to the network, in bytes. */
function bytesOf({ sent, words }: SimulationCounters): number {
  return MESSAGE_HEADER_BYTES * sent + 4 * words
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? (count / ms) * 1000 : 0
}
