import { setImmediate } from 'node:timers/promises'
import { type CycleSelection, isSelected } from './cycle-selection.ts'
import type { CycleEvent, ProgressEvent, SimulateEvent, SimulateSummary, StartEvent } from './events.ts'
import type { Scenario } from './scenario.ts'
import { Statistics, type SummaryStatistics } from './summary-statistics.ts'

/** How a scenario is run. */
export interface RunOptions {
  /** Cycles to run, an integer ≥ 1. */
  readonly cycles: number
  readonly reportAt: CycleSelection
  /** Ends the run after the current cycle, with the summary of what has been done. */
  readonly signal: AbortSignal
  /** A monotonic clock in milliseconds: only what is said about speed depends on it. */
  readonly now: () => number
  /**
   * Milliseconds of that clock between two progress events.
   *
   * @defaultValue 1000
   */
  readonly progressMs?: number
}

/** The event loop gets its turn this often: signals and streams live there. */
const SLICE_MS = 20

/** Runs a scenario and tells how it goes. The last event is the summary, also of a run that was ended early. */
export async function* runScenario(scenario: Scenario, options: RunOptions): AsyncGenerator<SimulateEvent, void, void> {
  const { cycles, reportAt, signal, now } = options
  const progressMs = options.progressMs ?? 1000
  yield startEvent(scenario, cycles)
  let busyMs = 0
  let sliceEnd = now() + SLICE_MS
  let progressDue = now() + progressMs
  while (scenario.cycle < cycles && !signal.aborted) {
    const before = now()
    scenario.runCycle()
    const error = scenario.sampleError()
    const after = now()
    busyMs += after - before
    if (isSelected(reportAt, scenario.cycle)) yield cycleEvent(scenario, error)
    if (after >= progressDue) {
      yield progressEvent(scenario, cycles, error, busyMs)
      progressDue = now() + progressMs
    }
    if (after >= sliceEnd) {
      await setImmediate()
      sliceEnd = now() + SLICE_MS
    }
  }
  yield await summaryEvent(scenario, scenario.cycle < cycles, busyMs, now)
}

function startEvent({ options, data, shards, kernels }: Scenario, cycles: number): StartEvent {
  const rows = new Statistics()
  for (let peer = 0; peer < options.peers; peer++) rows.add(shards.size(peer))
  return {
    type: 'start',
    dataset: data.train.name,
    trainingRows: data.train.rows,
    testRows: data.test.rows,
    features: data.train.featureNames.length,
    classes: data.train.classNames.length,
    peers: options.peers,
    cycles,
    rowsPerPeer: { min: rows.min, max: rows.max },
    backend: kernels.backend,
    seed: options.seed,
  }
}

function cycleEvent(scenario: Scenario, error: SummaryStatistics): CycleEvent {
  const messages = scenario.simulation.counters.sent
  return { type: 'cycle', cycle: scenario.cycle, error, age: scenario.meanAge(), messages }
}

function progressEvent(scenario: Scenario, cycles: number, error: SummaryStatistics, busyMs: number): ProgressEvent {
  const updates = scenario.updates
  return {
    ...cycleEvent(scenario, error),
    type: 'progress',
    cycles,
    updates,
    updatesPerSecond: perSecond(updates, busyMs),
    etaSeconds: ((busyMs / scenario.cycle) * (cycles - scenario.cycle)) / 1000,
  }
}

async function summaryEvent(
  scenario: Scenario,
  interrupted: boolean,
  busyMs: number,
  now: () => number,
): Promise<SimulateSummary> {
  const { sent, lost, delivered, refused } = scenario.simulation.counters
  const updates = scenario.updates
  return {
    type: 'summary',
    interrupted,
    cycles: scenario.cycle,
    peers: scenario.options.peers,
    error: await errorOfAll(scenario, now),
    age: scenario.meanAge(),
    updates,
    updatesPerSecond: perSecond(updates, busyMs),
    seconds: busyMs / 1000,
    messages: { sent, lost, delivered, refused },
    traceHash: scenario.simulation.traceHash,
    backend: scenario.kernels.backend,
    seed: scenario.options.seed,
  }
}

async function errorOfAll(scenario: Scenario, now: () => number): Promise<SummaryStatistics> {
  const errors = new Statistics()
  let sliceEnd = now() + SLICE_MS
  for (let peer = 0; peer < scenario.options.peers; peer++) {
    errors.add(scenario.error(peer))
    if (now() >= sliceEnd) {
      await setImmediate()
      sliceEnd = now() + SLICE_MS
    }
  }
  return errors.toSummary()
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? (count / ms) * 1000 : 0
}
