import type { TrialResult } from '../trial/trial-result.ts'
import type { TrialSettings } from '../trial/trial-settings.ts'
import type { CellFailure } from './cell-failure.ts'

/** What a worker thread is to run. */
export interface ThreadTask {
  readonly id: string
  readonly trial: TrialSettings
}

/** What it tells meanwhile. */
export interface ThreadProgress {
  readonly id: string
  readonly share: number
}

/** What came of it. */
export type ThreadOutcome = { readonly result: TrialResult } | { readonly failure: CellFailure }
