import type { OutputFlags } from '../flags/output-flags.ts'

/** The flags of `hearsay report`. */
export interface ReportFlags extends OutputFlags {
  /** A file. */
  readonly out?: string
  /** A folder. */
  readonly figures?: string
}
