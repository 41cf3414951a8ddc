import type { AntiEntropyMode, PairSelector, RumorStop } from '@hearsay/analysis'
import type { OutputFlags } from '../flags/output-flags.ts'
import type { CycleSelection } from '../simulate/cycle-selection.ts'

/** The flags that every form of `hearsay analyse` has. */
export interface AnalyseFlags extends OutputFlags {
  readonly peers: number
  readonly runs: number
  readonly seed: number
  readonly reportAt?: CycleSelection
  /** A file. */
  readonly plot?: string
}

export interface RumorFlags extends AnalyseFlags {
  readonly k: number
  readonly stop: RumorStop
  readonly cycles: number
}

export interface EpidemicFlags extends AnalyseFlags {
  readonly model: AntiEntropyMode | 'sir'
  readonly cycles: number
  readonly beta?: number
  readonly gamma?: number
  readonly mu?: number
  readonly infected?: number
}

export interface AveragingFlags extends AnalyseFlags {
  readonly selector: PairSelector
  readonly linkFailure: number
  readonly cycles: number
}

export interface ShuffleFlags extends AnalyseFlags {
  readonly gmax: number
  readonly items: number
  readonly cache: number
  readonly exchange: number
  readonly slots: number
}
