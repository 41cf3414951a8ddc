import type { ChurnFlags } from '../flags/churn-flags.ts'
import type { ScaleFlags, ShardFlags, SourceFlags } from '../flags/data-flags.ts'
import type { LearningFlags } from '../flags/learning-flags.ts'
import type { NetworkFlags } from '../flags/network-flags.ts'
import type { OutputFlags } from '../flags/output-flags.ts'
import type { CycleSelection } from './cycle-selection.ts'
import type { ScenarioOptions } from '@hearsay/experiments'

/** The flags of `hearsay simulate`, as they were parsed. */
export type SimulateFlags = LearningFlags &
  SourceFlags &
  ScaleFlags &
  ShardFlags &
  OutputFlags &
  NetworkFlags &
  ChurnFlags &
  Pick<ScenarioOptions, 'peers' | 'seed' | 'overlay' | 'degree' | 'viewSize' | 'jitter'> &
  Pick<ScenarioOptions, 'rowsPerPeer' | 'evaluate' | 'backend'> & {
    readonly guard?: boolean
    readonly cycles: number
    /** Virtual milliseconds. */
    readonly period: number
    readonly reportAt: CycleSelection
    /** Independent runs. */
    readonly repeat?: number
    /** Threads. */
    readonly workers?: number
    /** Files. */
    readonly trace?: string
    readonly checkpoint?: string
    readonly checkpointEvery?: number
    readonly resume?: string
    /** Random fault plans, instead of a run. */
    readonly explore?: number
    readonly protocol?: string
  }

/** A command line of `hearsay simulate`. */
export interface Invocation {
  /** Behind the name of the command, without the flags that say where and how it is told. */
  readonly arguments: readonly string[]
  /** Names of the flags in it, as in {@link SimulateFlags}. */
  readonly given: ReadonlySet<string>
}
