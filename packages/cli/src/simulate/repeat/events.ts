import type { SimulateSummary } from '../events.ts'
import type { Spread } from './spread.ts'

/** What repeated runs tell; one line of `--json` each. */
export type RepeatEvent = RepeatProgress | RunEvent | RepeatSummary

/** Now and then: one run at hand. */
export interface RepeatProgress {
  readonly type: 'progress'
  readonly seed: number
  readonly cycle: number
  readonly cycles: number
  readonly updatesPerSecond: number
}

/** A run has ended. */
export interface RunEvent extends Omit<SimulateSummary, 'type'> {
  readonly type: 'run'
  /** At the cycles to report: the mean error of the evaluated peers. */
  readonly errors: Readonly<Record<string, number>>
}

/** The last event. Runs that were ended early do not count. */
export interface RepeatSummary {
  readonly type: 'summary'
  readonly interrupted: boolean
  /** Runs that were asked for, and runs that have come to their end. */
  readonly repeat: number
  readonly runs: number
  /** The seed of the first run. */
  readonly seed: number
  /** Over the runs, of their mean errors over all peers at the end. */
  readonly error: Spread
  /** At the cycles to report: over the runs, of their mean errors over the evaluated peers. */
  readonly errors: Readonly<Record<string, Spread>>
  readonly seconds: number
}
