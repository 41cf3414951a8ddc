import type { OutputFlags } from '../flags/output-flags.ts'

/** The flags of `hearsay trace diff`. */
export type TraceDiffFlags = OutputFlags & {
  /** Events to show before and after. */
  readonly context: number
}
