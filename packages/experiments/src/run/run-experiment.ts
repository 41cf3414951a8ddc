import { CellStore } from '../results/cell-store.ts'
import { writeCombined } from '../results/combined.ts'
import { readResults } from '../results/read-results.ts'
import { checkFolder, claimFolder, clearFolder } from '../results/results-folder.ts'
import type { TrialResult } from '../trial/trial-result.ts'
import type { Executor } from './executor.ts'
import { type Plan, type PlannedCell, planManifest } from './plan.ts'
import { type Shard, shardCells } from './shard.ts'

/** How an experiment is run. */
export interface RunExperimentOptions {
  /** Where results are kept; it is made where it is missing. */
  readonly folder: string
  readonly executor: Executor
  /**
   * The part to run.
   *
   * @defaultValue all
   */
  readonly shard?: Shard | undefined
  /**
   * Whether what the folder holds is removed first, and computed again.
   *
   * @defaultValue false
   */
  readonly fresh?: boolean | undefined
  /** What repeats the run, as a user types it. */
  readonly command: string
  /** Ends the run early, with what has been finished. */
  readonly signal: AbortSignal
}

/** What a run tells: `plan` first, `end` last. */
export type RunEvent =
  | RunStart
  | { readonly type: 'started'; readonly cell: PlannedCell }
  /** `share` of the cell is done, in [0, 1]. */
  | { readonly type: 'progress'; readonly cell: PlannedCell; readonly share: number }
  /** The cell has been run, and its result lies in the folder. */
  | { readonly type: 'stored'; readonly cell: PlannedCell; readonly result: TrialResult }
  | { readonly type: 'failed'; readonly cell: PlannedCell; readonly error: Error }
  | RunEnd

/** What is there and what is to be done. Cells with the same id are one. */
export interface RunStart extends ExperimentState {
  readonly type: 'plan'
}

/** How far an experiment, or a part of it, has come in a folder. */
export interface ExperimentState {
  /** The cells of the part. */
  readonly part: readonly PlannedCell[]
  /** Those of them that are not finished. */
  readonly open: readonly PlannedCell[]
  /** Cells in the folder of other settings or other code: they stay, and take no part. */
  readonly stale: number
}

/** What has come of it. */
export interface RunEnd {
  readonly type: 'end'
  /** Whether the signal came before all cells had ended. */
  readonly interrupted: boolean
  readonly stored: number
  readonly failed: readonly { readonly cell: PlannedCell; readonly error: Error }[]
  /** Whether all cells of the experiment are there now, those of other parts too. */
  readonly complete: boolean
}

/**
 * Runs what is missing of an experiment, and keeps each result as soon as there is one: killed at any moment, it can be
 * called again, and ends with the same files. Several processes may run parts into one folder.
 *
 * @throws {@link ConfigurationError} `RESULTS_OTHER`, `RESULTS_FOLDER` where the folder holds something else, before
 * anything is written; {@link EnvironmentError} `RESULTS_NOT_WRITTEN`, `RESULTS_CORRUPT`.
 */
export async function* runExperiment(
  plan: Plan,
  { folder, executor, shard = { index: 1, of: 1 }, fresh = false, command, signal }: RunExperimentOptions,
): AsyncGenerator<RunEvent, void, void> {
  const mine = shardCells(plan.cells, shard)
  await checkFolder(folder, plan.experiment)
  if (fresh) await clearFolder(folder)
  await claimFolder(folder, planManifest(plan, command), fresh)
  const store = new CellStore(folder)
  const state = folderState(mine, plan, await store.ids())
  yield { type: 'plan', ...state }
  let stored = 0
  const failed: { cell: PlannedCell; error: Error }[] = []
  for await (const event of executor.run(state.open, signal)) {
    if (event.type === 'result') {
      const { cell, result } = event
      await store.write(cell.id, result, cell.trial)
      stored++
      yield { type: 'stored', cell, result }
    } else {
      if (event.type === 'failed') failed.push(event)
      yield event
    }
  }
  const complete = await combine(folder, plan)
  const interrupted = stored + failed.length < state.open.length
  yield { type: 'end', interrupted, stored, failed: failed.map(({ cell, error }) => ({ cell, error })), complete }
}

/** How far an experiment has come in a folder; nothing is written. */
export async function experimentState(plan: Plan, folder: string, shard?: Shard): Promise<ExperimentState> {
  await checkFolder(folder, plan.experiment)
  return folderState(shardCells(plan.cells, shard ?? { index: 1, of: 1 }), plan, await new CellStore(folder).ids())
}

function folderState(mine: readonly PlannedCell[], plan: Plan, present: ReadonlySet<string>): ExperimentState {
  const open = mine.filter(({ id }) => !present.has(id))
  const known = new Set(plan.cells.map(({ id }) => id))
  const stale = [...present].filter((id) => !known.has(id)).length
  return { part: mine, open, stale }
}

/** Reads all cells once all of them are there, and sees that the table of them says the same. Returns whether they are. */
async function combine(folder: string, plan: Plan): Promise<boolean> {
  const present = await new CellStore(folder).ids()
  if (!plan.cells.every(({ id }) => present.has(id))) return false
  await writeCombined(folder, await readResults(folder))
  return true
}
