import type { ScalingKind } from '@hearsay/datasets'
import type { CycleSelection } from '../cycle-selection.ts'
import type { CycleEvent, ProgressEvent, SimulateSummary } from '../events.ts'
import type { DataSource, ScenarioOptions } from '@hearsay/experiments'

/** What all runs have in common: what a worker thread is started with. */
export interface RepeatTask {
  /** With any seed. */
  readonly options: ScenarioOptions
  readonly source: DataSource
  readonly scale: ScalingKind
  readonly cycles: number
  readonly reportAt: CycleSelection
}

/** What a worker thread is told: to run a seed once it is idle, to end the run at hand early, or that there is no more. */
export type ToRunner = { readonly type: 'run'; readonly seed: number } | { readonly type: 'stop' }

/** What a worker thread tells. */
export type FromRunner =
  | { readonly type: 'event'; readonly seed: number; readonly event: CycleEvent | ProgressEvent | SimulateSummary }
  /** The class of the error, as in `@hearsay/core`; any other one is a defect. */
  | { readonly type: 'failed'; readonly name: string; readonly code: string; readonly message: string }
