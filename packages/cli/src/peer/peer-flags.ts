import type { SourceFlags } from '../flags/data-flags.ts'
import type { OutputFlags } from '../flags/output-flags.ts'
import type { MlpFlags } from '../swarm/mlp/mlp-flags.ts'
import type { RunDefaults, RunFlags } from './run-flags.ts'

/** The flags of `hearsay peer`, as they were parsed. */
export type PeerFlags = SourceFlags &
  RunFlags &
  MlpFlags &
  OutputFlags & {
    /** A CSV file of rows to measure the error on. */
    readonly test?: string
    readonly seed?: number
    readonly listen?: readonly string[]
    readonly announce?: readonly string[]
    readonly bootstrap?: readonly string[]
    readonly key?: string
    /** Folder. */
    readonly state?: string
    readonly network: string
    readonly launcher?: string
    readonly classes?: readonly string[]
    /** Seconds. */
    readonly joinTimeout: number
    readonly stay?: boolean
    readonly log?: string
  }

/** A run that people join by hand lasts longer than one that starts all of its peers. */
export const PEER_DEFAULTS: RunDefaults = { period: 1000, cycles: 600, lambda: 0.01 }
