import type { Exploration, FaultPlan, Violation } from '@hearsay/simulator'

/** What an exploration tells as it goes; one line of `--json` each. */
export type ExploreEvent = ExploreStart | ExploreProgress | ExploreRun | ExploreSummary

/** The exploration begins. */
export interface ExploreStart {
  readonly type: 'start'
  readonly runs: number
  /** The first seed. */
  readonly seed: number
  readonly protocols: readonly string[]
  readonly workers: number
}

/** About once a second of the machine's time. */
export interface ExploreProgress {
  readonly type: 'progress'
  readonly done: number
  readonly runs: number
  readonly violations: number
  readonly runsPerSecond: number
  /** Seconds that the rest will probably take. */
  readonly etaSeconds: number
}

/** A run in which something does not hold; or the one run that was asked for. */
export interface ExploreRun extends Pick<Exploration, 'seed' | 'peers' | 'cycles' | 'recent' | 'traceHash'> {
  readonly type: 'run'
  readonly protocol: string
  readonly plan: FaultPlan
  /** `null` where all holds. */
  readonly violation: Violation | null
  /** The command that does exactly this run again. */
  readonly replay: string
}

/** The last event. */
export interface ExploreSummary {
  readonly type: 'summary'
  /** Whether it was ended early. */
  readonly interrupted: boolean
  readonly runs: number
  /** Events that were held against invariants. */
  readonly events: number
  /** Runs in which something does not hold. */
  readonly violations: number
  readonly seconds: number
  readonly runsPerSecond: number
}
