import type { LabelledRows } from '@hearsay/learning'
import type { BackendChoice } from '../backend/select-backend.ts'
import type { ModelSchema } from '../schema/model-schema.ts'
import type { TfjsLearnerOptions } from '../tfjs-learner-options.ts'

/** The options of a learner that a thread can be told. */
export type WorkerLearnerOptions = Pick<
  TfjsLearnerOptions,
  'backend' | 'epochs' | 'batch' | 'rowsPerUpdate' | 'initialSeed' | 'wasmPaths'
>

/** What the thread is started with. */
export interface WorkerTask {
  /** URL of a module that exports `createModel`. */
  readonly module: string
  readonly exportName: string
  readonly features: number
  readonly classes: number
  readonly rows: LabelledRows
  /** The indices of each hosted peer's rows. */
  readonly assignment: readonly ArrayLike<number>[]
  readonly options: WorkerLearnerOptions
}

/** A model to train. */
export interface TrainRequest {
  readonly ticket: number
  readonly peer: number
  readonly age: number
  readonly weights: Float32Array<ArrayBuffer>
}

/** What the thread says. */
export type WorkerAnswer =
  | { readonly type: 'ready'; readonly backend: BackendChoice; readonly schema: ModelSchema; readonly words: number }
  | {
      readonly type: 'trained'
      readonly ticket: number
      readonly age: number
      readonly weights: Float32Array<ArrayBuffer>
    }
  | { readonly type: 'failed'; readonly ticket: number; readonly message: string }
