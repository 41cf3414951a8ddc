import { ConfigurationError, EnvironmentError, UsageError } from '@hearsay/core'
import type { SplitDataset } from '@hearsay/datasets'
import { abortRun, shareRun, stopRun } from '@hearsay/simulator'
import { isSelected } from '../cycle-selection.ts'
import type { SimulateEvent } from '../events.ts'
import type { RunOptions } from '../run.ts'
import type { ScenarioOptions } from '@hearsay/experiments'
import { cycleEvent, progressEvent, type RunFacts, startEvent, summaryEvent } from '../tell.ts'
import type { FailedMessage } from './messages.ts'
import { type FinishedCycle, Report } from './report.ts'
import { WorkerThreads } from './worker-threads.ts'

/** How a run is split. */
export interface ParallelRunOptions extends RunOptions {
  /** Worker threads, an integer in 1 … 64, at most one per peer. */
  readonly workers: number
}

/**
 * As `runScenario`, with the peers spread over worker threads: the same events with the same numbers, whatever the number
 * of workers; only what is said about time differs.
 *
 * @throws What a `Scenario` throws, and {@link EnvironmentError} `WORKER` where a thread dies.
 */
export async function* runParallel(
  options: ScenarioOptions,
  data: SplitDataset,
  run: ParallelRunOptions,
): AsyncGenerator<SimulateEvent, void, void> {
  const { workers, cycles, reportAt, signal } = run
  if (workers > options.peers) {
    throw new ConfigurationError('WORKERS', `${options.peers} peers cannot be spread over ${workers} workers`)
  }
  const shared = shareRun(workers)
  const stop = (): void => stopRun(shared)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  const tasks = Array.from({ length: workers }, (_, index) => ({ shared, index, options, data, cycles, reportAt }))
  const threads = new WorkerThreads(tasks)
  try {
    yield* tellOf(threads, options, data, run)
  } finally {
    signal.removeEventListener('abort', stop)
    abortRun(shared)
    await threads.end()
  }
}

async function* tellOf(
  threads: WorkerThreads,
  options: ScenarioOptions,
  data: SplitDataset,
  { workers, cycles, reportAt, now, progressMs = 1000 }: ParallelRunOptions,
): AsyncGenerator<SimulateEvent, void, void> {
  const report = new Report(options, workers)
  let facts: RunFacts | undefined
  let progressDue = now() + progressMs
  for await (const [worker, message] of threads.messages()) {
    if (message.type === 'failed') throw errorOf(message)
    if (message.type === 'ready') {
      const known = report.addReady(message)
      if (known === undefined) continue
      facts = { options, data, cycles, rowsPerPeer: known.rowsPerPeer, backend: known.backend }
      yield startEvent(facts)
    }
    // Workers begin together, so that nothing is told of a cycle before all are ready.
    if (facts === undefined || message.type === 'ready') continue
    if (message.type === 'cycles') {
      let last: FinishedCycle | undefined
      for (last of report.addCycles(worker, message)) {
        if (isSelected(reportAt, last.snapshot.cycle)) yield cycleEvent(facts, last.snapshot, last.error)
      }
      if (last === undefined || now() < progressDue) continue
      yield progressEvent(facts, last.snapshot, last.error, report.busyMs)
      progressDue = now() + progressMs
    } else {
      const end = report.addDone(worker, message)
      if (end === undefined) continue
      yield summaryEvent(facts, end.snapshot, end.error, report.busyMs, end.traceHash)
      return
    }
  }
}

/** The error of a worker, of the same class. */
function errorOf({ name, code, message }: FailedMessage): Error {
  for (const type of [ConfigurationError, EnvironmentError, UsageError]) {
    if (name === type.name) return new type(code, message)
  }
  return new Error(message)
}
