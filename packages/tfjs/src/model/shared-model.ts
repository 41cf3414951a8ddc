import { ConfigurationError } from '@hearsay/core'
import type { Kernels, RowRange } from '@hearsay/kernels'
import type { ModelShape } from '@hearsay/learning'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type ModelSchema, modelSchema } from '../schema/model-schema.ts'
import { BatchStep } from './batch-step.ts'
import { disposeModel } from './dispose-model.ts'
import { FlatWeights } from './flat-weights.ts'
import { drawInitialWeights } from './initial-weights.ts'
import { type CreateModel, makeModel } from './make-model.ts'
import { RowTensors } from './row-tensors.ts'

/** What a {@link SharedModel} is opened with. */
export interface SharedModelOptions {
  readonly kernels: Kernels
  /** Shape of the rows that the model is trained on. */
  readonly rows: ModelShape
  /** As in `TfjsLearnerOptions`. */
  readonly initialSeed?: number | undefined
}

/** How a {@link SharedModel} is trained; as in `TfjsLearnerOptions`. */
export interface TrainingOptions {
  readonly epochs: number
  readonly batch: number
  readonly mu: number
}

/** One model and one optimiser that all hosted peers take turns in: weights are loaded from a row, and stored to one. */
export class SharedModel {
  readonly model: LayersModel
  readonly schema: ModelSchema
  readonly weights: FlatWeights
  readonly tensors: RowTensors
  /** Offset of a row with the initial weights. */
  readonly initial: number
  readonly #kernels: Kernels
  readonly #step: BatchStep

  /**
   * @param schema - That of `model`.
   * @throws {@link ConfigurationError} `MODEL_WEIGHTS`, `MODEL_INPUTS`, `MODEL_OUTPUTS`, `MODEL_COMPILE` where the model cannot be used.
   */
  constructor(model: LayersModel, schema: ModelSchema, { kernels, rows, initialSeed }: SharedModelOptions) {
    this.model = model
    this.schema = schema
    this.#kernels = kernels
    this.weights = new FlatWeights(model)
    this.tensors = new RowTensors(kernels.memory, rows, model)
    this.#step = new BatchStep(model)
    this.initial = kernels.memory.allocate(this.weights.count)
    this.weights.store(kernels.memory, this.initial)
    if (initialSeed === undefined) return
    const { float32 } = kernels.memory
    drawInitialWeights(float32.subarray(this.initial, this.initial + this.weights.count), this.weights.all, initialSeed)
  }

  /**
   * @throws {@link ConfigurationError} `MODEL_KIND`, `MODEL_WEIGHTS`, `MODEL_INPUTS`, `MODEL_OUTPUTS`, `MODEL_COMPILE` where the model
   *   cannot be used; `INITIAL_WEIGHTS` where it begins otherwise each time it is made, and no seed is given.
   */
  static async open(createModel: CreateModel, options: SharedModelOptions): Promise<SharedModel> {
    const model = await makeModel(createModel)
    const shared = new SharedModel(model, await modelSchema(model), options)
    if (options.initialSeed === undefined) await shared.#assertReproducible(createModel)
    return shared
  }

  /** Gives the model the weights of a row. */
  load(offset: number): void {
    this.weights.load(this.#kernels.memory, offset)
  }

  /** Trains the row at `offset`, from that at `source` on: passes over the rows of `range`, in their order, in batches. */
  train(offset: number, source: number, range: RowRange, { epochs, batch, mu }: TrainingOptions): void {
    tf.tidy(() => {
      this.load(source)
      this.#step.restart(mu)
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (let first = 0; first < range.count; first += batch) {
          this.stepOn(range, first, Math.min(batch, range.count - first))
        }
      }
      this.weights.store(this.#kernels.memory, offset)
    })
  }

  /** One step on `count` rows from number `first` of a range on. */
  stepOn(range: RowRange, first: number, count: number): void {
    tf.tidy(() => {
      this.#step.run(this.tensors.features(range, first, count), this.tensors.targets(range, first, count))
    })
  }

  dispose(): void {
    disposeModel(this.model)
  }

  /** Peers average their models, so that they all have to begin with the same one. */
  async #assertReproducible(createModel: CreateModel): Promise<void> {
    const { memory } = this.#kernels
    const other = await makeModel(createModel)
    const begun = other.layers.flatMap((layer) =>
      layer.weights.flatMap((weight) => Array.from(weight.read().dataSync())),
    )
    disposeModel(other)
    if (begun.every((value, i) => value === memory.float32[this.initial + i])) return
    throw new ConfigurationError(
      'INITIAL_WEIGHTS',
      'the model begins with other weights each time it is made: give its initializers seeds, or give initialSeed',
    )
  }
}
