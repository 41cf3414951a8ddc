import type { CellKey } from '@hearsay/experiments'

/** What a run of an experiment tells; one line of `--json` each. */
export type ExperimentEvent =
  | PlanEvent
  | ProgressEvent
  | CellEvent
  | FailedEvent
  | FinalEvent
  | ClaimEvent
  | SummaryEvent

/** The first event. */
export interface PlanEvent {
  readonly type: 'plan'
  readonly name: string
  readonly title: string
  readonly folder: string
  /** Cells to see to: all, or those of the part. */
  readonly cells: number
  /** Those that were finished before. */
  readonly finished: number
  /** Cells in the folder that take no part any more. */
  readonly stale: number
  /** Claims and references that the reduced form leaves out, and why. */
  readonly dropped: readonly string[]
  readonly workers: number
}

/** Now and then. */
export interface ProgressEvent {
  readonly type: 'progress'
  /** Cells that are finished, also those that were before; and failed ones. */
  readonly done: number
  readonly cells: number
  readonly running: number
  /** What is left, in seconds; null as long as nothing is known. */
  readonly secondsLeft: number | null
}

/** A cell has been run and stored. */
export interface CellEvent extends CellKey {
  readonly type: 'cell'
  readonly id: string
  readonly metric: string
  /** The peers' mean at the end. */
  readonly value: number
  readonly cycle: number
  readonly seconds: number
}

/** A cell has failed. */
export interface FailedEvent extends CellKey {
  readonly type: 'failed'
  readonly id: string
  /** Of the error; empty for a defect. */
  readonly code: string
  readonly message: string
}

/** How a contestant ended, over its seeds. */
export interface FinalEvent {
  readonly type: 'final'
  readonly contestant: string
  readonly levels: Readonly<Record<string, string>>
  readonly seeds: number
  readonly metric: string
  readonly mean: number
  /** Bounds of the 95 % confidence interval; NaN for one seed. */
  readonly low: number
  readonly high: number
}

/** A claim of the experiment, held against what there is. */
export interface ClaimEvent {
  readonly type: 'claim'
  readonly that: string
  readonly outcome: 'holds' | 'fails' | 'undecided'
  readonly because: string
}

/** The last event. */
export interface SummaryEvent {
  readonly type: 'summary'
  readonly interrupted: boolean
  /** Cells that this run has added. */
  readonly stored: number
  readonly failed: number
  /** Whether all cells of the experiment are there now. */
  readonly complete: boolean
  readonly folder: string
  readonly seconds: number
  /** What to type next. */
  readonly next: string
}
