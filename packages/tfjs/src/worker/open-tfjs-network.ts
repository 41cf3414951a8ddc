import type { EnvironmentError } from '@hearsay/core'
import type { Kernels, RowRange } from '@hearsay/kernels'
import {
  type Creation,
  type LabelledRows,
  type Learner,
  loadRows,
  type MergeRuleOptions,
  type ModelShape,
  modelShape,
  Shards,
} from '@hearsay/learning'
import type { BackendChoice } from '../backend/select-backend.ts'
import { DeferredTraining, type DeferredTrainingOptions, type TrainedProtocol } from '../deferred/deferred-training.ts'
import type { PayloadEncoding } from '../deferred/payload-decoder.ts'
import type { TfjsEvaluator } from '../tfjs-evaluator.ts'
import type { TfjsLearner } from '../tfjs-learner.ts'
import type { WorkerTrainer } from './worker-trainer.ts'

/** What one peer of a run trains on, and how; as `NetworkEnvironment` of `@hearsay/peer`. */
export interface NetworkEnvironment extends MergeRuleOptions {
  readonly kernels: Kernels
  readonly features: number
  readonly classes: number
  /** The peer's rows, scaled. */
  readonly rows: LabelledRows
  readonly epochs: number
  readonly batch: number
  readonly mu: number
  readonly rowsPerUpdate: number
  readonly initialSeed: number
  readonly creation: Exclude<Creation, 'UM'>
  readonly weights: PayloadEncoding
}

/** Which messages bring models to train; as `ModelMessages` of `@hearsay/peer`. */
type ModelMessages = Pick<DeferredTrainingOptions<TrainedProtocol>, 'kind' | 'age' | 'from'>

/** What an {@link OpenTfjsNetwork} works with. */
export interface NetworkParts {
  readonly learner: TfjsLearner
  readonly trainer: WorkerTrainer
  release(): Promise<void>
}

/** A network that one peer trains: merged and measured on the event loop, trained on a thread. */
export class OpenTfjsNetwork {
  readonly shape: ModelShape
  readonly #environment: NetworkEnvironment
  readonly #parts: NetworkParts
  readonly #rowShape: ModelShape
  /** One row, for predictions. */
  readonly #row: RowRange
  readonly #rowEvaluator: TfjsEvaluator

  constructor(environment: NetworkEnvironment, parts: NetworkParts) {
    const { features, classes } = environment
    this.shape = parts.learner.shape
    this.#environment = environment
    this.#parts = parts
    this.#rowShape = modelShape(features, classes, false)
    this.#row = this.load({ features: new Float32Array(features), labels: Int32Array.of(0) })
    this.#rowEvaluator = this.evaluator(this.#row)
  }

  /** The rows as the one shard of the host. */
  static shardsOf({ kernels, features, classes, rows }: NetworkEnvironment): Shards {
    const own = Int32Array.from(rows.labels.keys())
    return new Shards(kernels.memory, modelShape(features, classes, false), rows, [own])
  }

  /** What computes on the thread, and why. */
  get backend(): BackendChoice {
    return this.#parts.trainer.backend
  }

  /** Resolves when the thread has ended: nothing is trained any more. */
  get lost(): Promise<EnvironmentError> {
    return this.#parts.trainer.lost
  }

  /** Rows that it has been trained on, each as often as it was. */
  get steps(): number {
    return this.#parts.trainer.rows
  }

  /** The protocol that `create` makes, its training deferred; see {@link DeferredTraining}. */
  defer<P extends TrainedProtocol>(
    create: (learner: Learner) => P,
    models: ModelMessages = {},
  ): { readonly inner: P; readonly protocol: DeferredTraining<P> } {
    const { kernels, creation, weights } = this.#environment
    const { learner, trainer } = this.#parts
    const input = creation === 'RW' ? 'received' : 'merged'
    const protocol = new DeferredTraining({
      peers: 1,
      kernels,
      learner,
      trainer,
      protocol: create,
      input,
      weights,
      ...models,
    })
    return { inner: protocol.inner, protocol }
  }

  /** Rows in the host's memory, to be measured on. */
  load(rows: LabelledRows): RowRange {
    // Its count is what the range has at this moment: ranges are cursors.
    return { ...loadRows(this.#environment.kernels.memory, this.#rowShape, rows) }
  }

  evaluator(rows: RowRange): TfjsEvaluator {
    return this.#parts.learner.evaluator(rows)
  }

  /** The class that a model predicts for one scaled row. */
  predict(model: number, row: ArrayLike<number>): number {
    this.#environment.kernels.memory.float32.set(row, this.#row.rows)
    const predicted = new Int32Array(1)
    this.#rowEvaluator.predictions(model, predicted)
    return predicted[0]
  }

  async close(): Promise<void> {
    await this.#parts.trainer.stop()
    this.#parts.learner.dispose()
    await this.#parts.release()
  }
}
