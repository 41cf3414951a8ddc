import type { Analysis } from './analysis.ts'

/** What `hearsay analyse` tells; one line of `--json` each. */
export type AnalyseEvent = AnalyseStart | AnalysePoint | AnalyseSummary

/** The first event. */
export interface AnalyseStart {
  readonly type: 'start'
  readonly analysis: Analysis['name']
  readonly parameters: Analysis['parameters']
  /** Unit of time. */
  readonly unit: string
  readonly steps: number
}

/** The quantities at one time: by their names, what each theory says, and the mean over the simulated runs. */
export interface AnalysePoint {
  readonly type: 'point'
  readonly time: number
  readonly quantities: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** The last event. */
export interface AnalyseSummary {
  readonly type: 'summary'
  /** Whether the simulation was ended early. */
  readonly interrupted: boolean
  /** Simulated runs. */
  readonly runs: number
  readonly seed: number
  /** Single numbers, by name. */
  readonly facts: Readonly<Record<string, number>>
  /** The file that was drawn, or null. */
  readonly plot: string | null
  /** Seconds of the machine that the simulation took. */
  readonly seconds: number
}
