import type { SplitDataset } from '@hearsay/datasets'
import type { SharedRun } from '@hearsay/simulator'
import type { CycleSelection } from '../cycle-selection.ts'
import type { ScenarioOptions } from '@hearsay/experiments'
import type { Snapshot } from '../snapshot.ts'

/** What a worker thread is started with. */
export interface WorkerTask {
  readonly shared: SharedRun
  readonly index: number
  readonly options: ScenarioOptions
  readonly data: SplitDataset
  readonly cycles: number
  /** Cycles after which a worker reports at once. */
  readonly reportAt: CycleSelection
}

/** What worker threads tell: they are of our own code, and started by it. */
export type FromWorker = ReadyMessage | CyclesMessage | DoneMessage | FailedMessage

/** The scenario has been built. */
export interface ReadyMessage {
  readonly type: 'ready'
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly backend: string
}

/** Some cycles have been run. */
export interface CyclesMessage {
  readonly type: 'cycles'
  /** For each cycle since the last report: the errors of the hosted peers of its sample, in the order of the sample. */
  readonly errors: readonly (readonly number[])[]
  /** After the last of these cycles. */
  readonly snapshot: Snapshot
  /** Milliseconds since the first cycle began. */
  readonly busyMs: number
}

/** The worker has run its last cycle. */
export interface DoneMessage {
  readonly type: 'done'
  /** Errors of all hosted peers. */
  readonly errors: Float64Array
  readonly snapshot: Snapshot
  readonly traceLanes: Int32Array
}

/** The worker has thrown an error. */
export interface FailedMessage {
  readonly type: 'failed'
  /** The class of the error, as in `@hearsay/core`; any other one is a defect. */
  readonly name: string
  readonly code: string
  readonly message: string
}
