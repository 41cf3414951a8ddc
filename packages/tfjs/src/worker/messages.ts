import type { LabelledRows } from '@hearsay/learning'
import type { BackendChoice } from '../backend/select-backend.ts'
import type { ModelSchema } from '../schema/model-schema.ts'
import type { TfjsLearnerOptions } from '../tfjs-learner-options.ts'

/** The options of a learner that a thread can be told. */
export type WorkerLearnerOptions = Pick<
  TfjsLearnerOptions,
  'backend' | 'epochs' | 'batch' | 'mu' | 'rowsPerUpdate' | 'initialSeed' | 'wasmPaths'
>

/** Where a function is that makes a model. A thread imports it: a module, and no closure. */
export interface ModelModule {
  /** URL of a module that exports the function. */
  readonly module: string
  readonly exportName: string
  /** What the function is called with: what can be cloned for a thread. */
  readonly argument: unknown
}

/** What a learner on the thread is made with. */
export interface WorkerTask extends ModelModule {
  readonly features: number
  readonly classes: number
  readonly rows: LabelledRows
  /** The indices of each hosted peer's rows. */
  readonly assignment: readonly ArrayLike<number>[]
  readonly options: WorkerLearnerOptions
}

/** What the thread is told. `learner` numbers the learners of the thread. */
export type ThreadRequest =
  | { readonly type: 'open'; readonly learner: number; readonly task: WorkerTask }
  | TrainRequest
  | { readonly type: 'close'; readonly learner: number }

/** A model to train. */
export interface TrainRequest {
  readonly type: 'train'
  readonly learner: number
  readonly ticket: number
  readonly peer: number
  readonly age: number
  readonly weights: Float32Array<ArrayBuffer>
}

/** A learner is ready. */
export interface Ready {
  readonly type: 'ready'
  readonly learner: number
  readonly backend: BackendChoice
  readonly schema: ModelSchema
  readonly words: number
}

/** What has become of a request to train. */
export type TrainAnswer =
  | {
      readonly type: 'trained'
      readonly learner: number
      readonly ticket: number
      readonly age: number
      readonly weights: Float32Array<ArrayBuffer>
    }
  | { readonly type: 'failed'; readonly learner: number; readonly ticket: number; readonly message: string }

/** What the thread says. */
export type ThreadAnswer =
  | Ready
  | { readonly type: 'refused'; readonly learner: number; readonly message: string }
  | TrainAnswer
