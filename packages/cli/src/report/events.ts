import type { EqualBudget, Final, LeadCourse, PairedTest, Verdict } from '@hearsay/experiments/report'

/** What `hearsay report` tells; one line of `--json` each. A setting is given by its levels: axis → level. */
export type ReportEvent = FinalEvent | LeadEvent | EqualEvent | TestEvent | VerdictEvent | ReportSummary

type Levels = Readonly<Record<string, string>>

/** How a contestant ended in a setting. */
export interface FinalEvent extends Omit<Final, 'setting'> {
  readonly type: 'final'
  readonly levels: Levels
}

/** Who is ahead along an axis. */
export interface LeadEvent extends Omit<LeadCourse, 'setting'> {
  readonly type: 'lead'
  readonly levels: Levels
}

/** Contestants when all of them have spent the same on an axis. */
export interface EqualEvent extends Omit<EqualBudget, 'setting'> {
  readonly type: 'equal'
  readonly levels: Levels
}

/** Two contestants in a setting, paired by seed. */
export interface TestEvent extends Omit<PairedTest, 'setting'> {
  readonly type: 'test'
  readonly levels: Levels
}

/** A claim of the experiment file. */
export interface VerdictEvent extends Omit<Verdict, 'claim'> {
  readonly type: 'verdict'
  readonly that: string
  readonly source: string | null
}

/** The last event. */
export interface ReportSummary {
  readonly type: 'summary'
  readonly experiment: string
  /** Cells that have been run, of all. */
  readonly run: number
  readonly cells: number
  /** The files that were written. */
  readonly html: string
  readonly figures: readonly string[]
}
