import type { TrialResult } from '../trial/trial-result.ts'
import type { TrialSettings } from '../trial/trial-settings.ts'
import type { PlannedCell } from './plan.ts'

/**
 * Runs cells: in this thread, in threads of this machine, or on many machines. It stores nothing.
 *
 * Each cell is `started` once, then tells `progress` any number of times, and ends with its `result` or as `failed`, unless
 * the signal comes first. Cells may end in any order. One that fails does not end the others.
 */
export interface Executor {
  /** Cells that it runs at a time, about: what an estimate of the time left divides by. */
  readonly workers: number
  /**
   * Runs some cells, until all have ended or the signal comes: then it ends soon, without a word about cells at hand.
   *
   * @param cells - With different ids.
   */
  run(cells: readonly PlannedCell[], signal: AbortSignal): AsyncIterable<ExecutorEvent>
  /** Ends what it has started, whatever that does. */
  close(): Promise<void>
}

export type ExecutorEvent =
  | { readonly type: 'started'; readonly cell: PlannedCell }
  /** `share` of the cell is done, in [0, 1]. */
  | { readonly type: 'progress'; readonly cell: PlannedCell; readonly share: number }
  | { readonly type: 'result'; readonly cell: PlannedCell; readonly result: TrialResult }
  | { readonly type: 'failed'; readonly cell: PlannedCell; readonly error: Error }

/** Runs one trial. */
export type TrialRunner = (trial: TrialSettings, options: TrialRunnerOptions) => Promise<TrialResult>

export interface TrialRunnerOptions {
  /** Ends the trial early, by throwing its reason. */
  readonly signal: AbortSignal
  /** @param share - What is done of the trial, in [0, 1]. */
  readonly onProgress: (share: number) => void
}
