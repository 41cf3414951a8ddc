import type { SummaryStatistics } from '@hearsay/experiments'

/** What a simulated run tells as it goes; one line of `--json` each. Errors are 0–1 errors in [0, 1]. */
export type SimulateEvent = StartEvent | ProgressEvent | CycleEvent | CheckpointEvent | SimulateSummary

/** The run has been set up. */
export interface StartEvent {
  readonly type: 'start'
  readonly dataset: string
  readonly trainingRows: number
  readonly testRows: number
  readonly features: number
  readonly classes: number
  readonly peers: number
  /** Cycles that will be run. */
  readonly cycles: number
  /** Cycles that had been run before: more than 0 where the run goes on from a checkpoint. */
  readonly resumedAt: number
  /** Rows that a peer holds. */
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly backend: string
  readonly seed: number
}

/** About once a second of the machine's time. */
export interface ProgressEvent extends Omit<CycleEvent, 'type'> {
  readonly type: 'progress'
  readonly cycles: number
  /** Models received, merged and trained so far. */
  readonly updates: number
  readonly updatesPerSecond: number
  /** Seconds that the remaining cycles will probably take. */
  readonly etaSeconds: number
}

/** At each cycle to report. */
export interface CycleEvent {
  readonly type: 'cycle'
  readonly cycle: number
  /** Over the peers evaluated in this cycle. */
  readonly error: SummaryStatistics
  /** Mean age of the models, in rows. */
  readonly age: number
  /** Share of the peers that is online. */
  readonly online: number
  /** Messages sent so far. */
  readonly messages: number
  /** Of these, messages whose receiver was away, or whose transfer did not end. */
  readonly missed: number
  /** Copies that the network has added. */
  readonly duplicated: number
  /** Sent so far: four a word of payload and 64 a message. */
  readonly bytes: number
}

/** The run has been saved. */
export interface CheckpointEvent {
  readonly type: 'checkpoint'
  readonly cycle: number
  readonly file: string
}

/** The last event. */
export interface SimulateSummary {
  readonly type: 'summary'
  /** Whether the run was ended early. */
  readonly interrupted: boolean
  /** Cycles that were run. */
  readonly cycles: number
  readonly peers: number
  /** Over all peers, or all that are online where only these are measured. */
  readonly error: SummaryStatistics
  readonly age: number
  /** Share of the peers that is online at the end. */
  readonly online: number
  readonly updates: number
  readonly updatesPerSecond: number
  /** Seconds of the machine that the cycles took, their evaluations included. */
  readonly seconds: number
  readonly messages: {
    readonly sent: number
    readonly lost: number
    readonly delivered: number
    readonly refused: number
    readonly missed: number
    readonly duplicated: number
    readonly bytes: number
  }
  /** Fingerprint of all that happened: equal for equal options, seed and code. */
  readonly traceHash: string
  readonly backend: string
  readonly seed: number
}
