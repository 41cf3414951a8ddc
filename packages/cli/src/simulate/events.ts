import type { SummaryStatistics } from './summary-statistics.ts'

/** What a simulated run tells as it goes; one line of `--json` each. Errors are 0–1 errors in [0, 1]. */
export type SimulateEvent = StartEvent | ProgressEvent | CycleEvent | SimulateSummary

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
  /** Rows that a peer holds. */
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly backend: string
  readonly seed: number
}

/** About once a second of the machine's time. */
export interface ProgressEvent {
  readonly type: 'progress'
  readonly cycle: number
  readonly cycles: number
  /** Over the peers evaluated in this cycle. */
  readonly error: SummaryStatistics
  /** Mean age of the models, in rows. */
  readonly age: number
  /** Messages sent so far. */
  readonly messages: number
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
  readonly error: SummaryStatistics
  readonly age: number
  readonly messages: number
}

/** The last event. */
export interface SimulateSummary {
  readonly type: 'summary'
  /** Whether the run was ended early. */
  readonly interrupted: boolean
  /** Cycles that were run. */
  readonly cycles: number
  readonly peers: number
  /** Over all peers. */
  readonly error: SummaryStatistics
  readonly age: number
  readonly updates: number
  readonly updatesPerSecond: number
  /** Seconds of the machine that the cycles took, their evaluations included. */
  readonly seconds: number
  readonly messages: {
    readonly sent: number
    readonly lost: number
    readonly delivered: number
    readonly refused: number
  }
  /** Fingerprint of all that happened: equal for equal options, seed and code. */
  readonly traceHash: string
  readonly backend: string
  readonly seed: number
}
