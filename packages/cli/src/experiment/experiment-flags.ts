import type { OutputFlags } from '../flags/output-flags.ts'

/** The flags of `hearsay experiment check`. */
export type CheckFlags = OutputFlags & {
  readonly reduced?: boolean
}

/** The flags of `hearsay experiment run`. */
export type RunFlags = CheckFlags & {
  readonly out?: string
  readonly workers?: number
  readonly shard?: ShardFlag
  readonly fresh?: boolean
  readonly list?: boolean
}

/** The `index`-th of `of` parts, from 1. */
export interface ShardFlag {
  readonly index: number
  readonly of: number
}
