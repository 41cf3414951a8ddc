import { setImmediate } from 'node:timers/promises'
import { type CycleSelection, isSelected } from './cycle-selection.ts'
import type { CheckpointEvent, SimulateEvent } from './events.ts'
import { type Scenario, Statistics, type SummaryStatistics } from '@hearsay/experiments'
import { snapshotOf } from './snapshot.ts'
import { cycleEvent, progressEvent, type RunFacts, startEvent, summaryEvent } from './tell.ts'

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
  /** Saves the run now and then, and when it ends, however it does. Default: never. */
  readonly checkpoints?: Checkpoints | undefined
}

/** When a run is saved, and how. */
export interface Checkpoints {
  /** Cycles between two of them. Default: only at the end. */
  readonly every?: number | undefined
  readonly save: (scenario: Scenario) => CheckpointEvent
}

/** The event loop gets its turn this often: signals and streams live there. */
const SLICE_MS = 20

/** Runs a scenario and tells how it goes. The last event is the summary, also of a run that was ended early. */
export async function* runScenario(scenario: Scenario, options: RunOptions): AsyncGenerator<SimulateEvent, void, void> {
  const { cycles, reportAt, signal, now, checkpoints } = options
  const progressMs = options.progressMs ?? 1000
  const facts = factsOf(scenario, cycles)
  yield startEvent(facts)
  let busyMs = 0
  let saved = -1
  let sliceEnd = now() + SLICE_MS
  let progressDue = now() + progressMs
  while (scenario.cycle < cycles && !signal.aborted) {
    const before = now()
    scenario.runCycle()
    const error = scenario.sampleError()
    const after = now()
    busyMs += after - before
    if (isSelected(reportAt, scenario.cycle)) yield cycleEvent(facts, snapshotOf(scenario), error)
    if (checkpoints?.every !== undefined && scenario.cycle % checkpoints.every === 0) {
      yield checkpoints.save(scenario)
      saved = scenario.cycle
    }
    if (after >= progressDue) {
      yield progressEvent(facts, snapshotOf(scenario), error, busyMs)
      progressDue = now() + progressMs
    }
    if (after >= sliceEnd) {
      await setImmediate()
      sliceEnd = now() + SLICE_MS
    }
  }
  if (checkpoints !== undefined && saved !== scenario.cycle) yield checkpoints.save(scenario)
  const error = await errorOfAll(scenario, now)
  yield summaryEvent(facts, snapshotOf(scenario), error, busyMs, scenario.simulation.traceHash)
}

/** What a scenario is. */
function factsOf(scenario: Scenario, cycles: number): RunFacts {
  const { options, data, kernels, cycle, updates } = scenario
  const rowsPerPeer = scenario.rowsPerPeer()
  return { options, data, cycles, rowsPerPeer, backend: kernels.backend, before: { cycle, updates } }
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
