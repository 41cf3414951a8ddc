import type { DataFormat, ShardSetting } from '@hearsay/datasets'
import type { Delimiter } from '@hearsay/experiments/options'
import type { ShardFlags, SourceFlags } from '../flags/data-flags.ts'
import type { OutputFlags } from '../flags/output-flags.ts'

/** Where fetched and imported data sets are. */
interface CacheFlags {
  readonly cache?: string
}

export type ListFlags = OutputFlags & CacheFlags

/** The flags of `hearsay datasets show`. */
export type ShowFlags = SourceFlags &
  OutputFlags & {
    readonly peers?: number
    readonly shards?: ShardSetting
    readonly seed: number
    /** A file. */
    readonly plot?: string
  }

/** The flags of `hearsay datasets fetch`. */
export type FetchFlags = OutputFlags &
  CacheFlags & {
    /** An address. */
    readonly mirror?: string
    readonly force?: boolean
  }

/** The flags of `hearsay datasets import`. */
export type ImportFlags = OutputFlags &
  CacheFlags & {
    readonly name: string
    readonly format?: DataFormat
    readonly label?: string
    readonly labels?: string
    readonly array?: string
    readonly delimiter?: Delimiter
    readonly header?: boolean
    readonly hash?: number
    readonly base?: 0 | 1
    readonly test?: string
    readonly testLabels?: string
    readonly testFraction?: number
    readonly force?: boolean
  }

/** The flags of `hearsay datasets split`. */
export type SplitFlags = SourceFlags &
  ShardFlags &
  OutputFlags & {
    readonly peers: number
    readonly seed: number
    /** A folder. */
    readonly out: string
    readonly force?: boolean
  }
