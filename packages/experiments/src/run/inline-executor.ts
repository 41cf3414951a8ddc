import type { Executor, ExecutorEvent, TrialRunner } from './executor.ts'
import { runInLanes } from './lanes.ts'
import type { PlannedCell } from './plan.ts'

/** Runs cells one after the other, in this thread. */
export function inlineExecutor(runTrial: TrialRunner): Executor {
  return {
    workers: 1,
    run(cells: readonly PlannedCell[], signal: AbortSignal): AsyncIterable<ExecutorEvent> {
      return runInLanes(cells, 1, signal, (cell, onProgress) => runTrial(cell.trial, { signal, onProgress }))
    },
    close: () => Promise.resolve(),
  }
}
