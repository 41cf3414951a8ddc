import { alignWords } from '@hearsay/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { assertTrainable } from './assert-trainable.ts'
import type { BackendName } from './backend/backend-name.ts'
import { type BackendChoice, type BackendOptions, selectBackend } from './backend/select-backend.ts'
import { disposeModel } from './model/dispose-model.ts'
import { FlatWeights } from './model/flat-weights.ts'
import { type CreateModel, makeModel } from './model/make-model.ts'
import { SharedModel } from './model/shared-model.ts'
import { type ModelSchema, modelSchema } from './schema/model-schema.ts'
import { TfjsLearner } from './tfjs-learner.ts'
import type { TfjsLearnerOptions } from './tfjs-learner-options.ts'

/** What {@link prepareModel} is told. */
export interface PrepareModelOptions extends BackendOptions {
  /** What computes; see `selectBackend`. */
  readonly backend: BackendName | 'auto'
}

/** What a learner of a prepared model is told: initial weights are always drawn. */
export type PreparedLearnerOptions = Omit<TfjsLearnerOptions, 'backend' | 'wasmPaths' | 'initialSeed'> & {
  readonly initialSeed: number
}

/** A model whose learner can be made without waiting: for hosts that are built in one go, such as a simulation. */
export class PreparedModel {
  readonly backend: BackendChoice
  readonly schema: ModelSchema
  /** Words of a model's row. */
  readonly words: number
  readonly #model: LayersModel

  /** Made by {@link prepareModel}. */
  constructor(model: LayersModel, schema: ModelSchema, backend: BackendChoice) {
    this.#model = model
    this.schema = schema
    this.backend = backend
    this.words = alignWords(new FlatWeights(model).count)
  }

  /**
   * The learner of the model: one, since whoever trains takes turns in it.
   *
   * @throws as `tfjsLearner` does; a backend that cannot train the model is not replaced by another.
   */
  learner(options: PreparedLearnerOptions): TfjsLearner {
    const { kernels, shards, initialSeed } = options
    const shared = new SharedModel(this.#model, this.schema, { kernels, rows: shards.shape, initialSeed })
    assertTrainable(shared, shards.all, this.backend)
    return new TfjsLearner(shared, shards, this.backend, options)
  }

  /** Gives back what TensorFlow.js holds, for the learner too. Idempotent. */
  dispose(): void {
    disposeModel(this.#model)
  }
}

/**
 * Does all of `tfjsLearner` that takes awaiting: selects the backend, makes the model, and describes it.
 *
 * @throws {@link EnvironmentError} `TFJS_BACKEND` where the backend cannot be had; {@link ConfigurationError} `MODEL_KIND`, `MODEL_WEIGHTS`.
 */
export async function prepareModel(createModel: CreateModel, options: PrepareModelOptions): Promise<PreparedModel> {
  const backend = await selectBackend(options.backend, options)
  const model = await makeModel(createModel)
  return new PreparedModel(model, await modelSchema(model), backend)
}
