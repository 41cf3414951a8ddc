import type { TrialSettings } from '../trial/trial-settings.ts'
import type { Claim } from './claim.ts'
import type { ReferencePoint } from './reference-point.ts'

/** A question, and all the runs that answer it. */
export interface Experiment {
  /** Letters, digits and hyphens: it names the folder of the results. */
  readonly name: string
  readonly title: string
  readonly description?: string | undefined
  /** The publication that it reproduces. */
  readonly source?: string | undefined
  /** In the order of the file. */
  readonly contestants: readonly string[]
  /** Axes of the grid: name → levels, in the order of the file. Empty: one figure. */
  readonly axes: Readonly<Record<string, readonly string[]>>
  readonly cells: readonly Cell[]
  readonly references: readonly ReferencePoint[]
  readonly claims: readonly Claim[]
  /** Claims and references that the reduced form leaves out, with the reason, in words. */
  readonly dropped?: readonly string[] | undefined
  /** The file, byte for byte, and where it was; the path is relative to where it was read. */
  readonly file: { readonly path: string; readonly text: string }
  /** Whether this is the reduced form of the file. */
  readonly reduced: boolean
}

/** One run of the grid. */
export interface Cell extends CellKey {
  readonly trial: TrialSettings
}

/** What tells a cell from the others of an experiment. */
export interface CellKey {
  readonly contestant: string
  /** Axis → level. */
  readonly levels: Readonly<Record<string, string>>
  readonly seed: number
}
