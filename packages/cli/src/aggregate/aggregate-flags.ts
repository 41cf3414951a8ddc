import type { Metric } from '@hearsay/peer'
import type { OutputFlags } from '../flags/output-flags.ts'

/** The flags of `hearsay aggregate`, as they were parsed. */
export interface AggregateFlags extends OutputFlags {
  /** Multiaddrs, each with its `/p2p/…`. */
  readonly join?: readonly string[]
  readonly of?: Metric
  readonly watch?: boolean
  /** Seconds. */
  readonly timeout: number
}
