import type { CellKey, Experiment } from '../experiment/experiment.ts'

/** What a folder of results is, and how to make it again. */
export interface Manifest {
  readonly format: 1
  /** The experiment without its trials: these follow from the file. */
  readonly experiment: Omit<Experiment, 'cells'>
  /** All cells, run or not, in the order of the experiment. */
  readonly cells: readonly (CellKey & { readonly id: string })[]
  /** The code that computed them. */
  readonly code: CodeVersion
  /** The machine that wrote the manifest. */
  readonly machine: MachineFacts
  /** The command that repeats it, as a user types it. */
  readonly command: string
}

/** Names the code that results follow from. */
export interface CodeVersion {
  readonly version: string
  /** Digest of all modules that decide a result. */
  readonly digest: string
  /** The commit of the checkout that it runs in, if it does; `dirty` where files differ from it. */
  readonly commit?: string | undefined
  readonly dirty?: boolean | undefined
}

export interface MachineFacts {
  readonly node: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
}
