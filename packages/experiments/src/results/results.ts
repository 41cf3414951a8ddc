import type { CellKey } from '../experiment/experiment.ts'
import type { TrialResult } from '../trial/trial-result.ts'
import type { Manifest } from './manifest.ts'

/** The results of an experiment, as a report reads them. */
export interface Results {
  readonly manifest: Manifest
  /** Those that have been run, in the order of the manifest. */
  readonly cells: readonly CellResult[]
}

/** One run of the grid, and what came of it. */
export interface CellResult extends CellKey {
  /** Hash of settings, seed and code. */
  readonly id: string
  /** How it learned, if it did: a `kind` of `Method`. Absent where this is not known. */
  readonly method?: string | undefined
  readonly result: TrialResult
}
