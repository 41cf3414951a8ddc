import { assertSameSchema, type ModelSchema, modelSchema } from '../schema/model-schema.ts'
import type { BackendName } from '../backend/backend-name.ts'
import { type BackendChoice, selectBackend } from '../backend/select-backend.ts'
import { tfjsLearner } from '../create-learner.ts'
import { disposeModel } from '../model/dispose-model.ts'
import { FlatWeights } from '../model/flat-weights.ts'
import { type CreateModel, makeModel } from '../model/make-model.ts'
import { loadCreateModel } from './load-create-model.ts'
import type { ModelModule } from './messages.ts'
import { type NetworkEnvironment, OpenTfjsNetwork } from './open-tfjs-network.ts'
import { TrainingThread } from './thread.ts'
import { WorkerTrainer } from './worker-trainer.ts'

/** Which model a peer trains. */
export interface TfjsNetworkOptions {
  /** A module that exports a function which makes the model: a training thread imports it, too. */
  readonly module: URL
  /**
   * The function's name.
   *
   * @defaultValue 'createModel'
   */
  readonly exportName?: string | undefined
  /**
   * What the function is called with: what can be cloned for a thread.
   *
   * @defaultValue undefined
   */
  readonly argument?: unknown
  /**
   * What computes; see `selectBackend`.
   *
   * @defaultValue 'auto'
   */
  readonly backend?: BackendName | 'auto' | undefined
}

/** A `tf.LayersModel` for the peers of a process: what `startLearningPeer` of `@hearsay/peer` takes as its `model`. */
export class TfjsNetwork {
  readonly schema: ModelSchema
  /** Float32 weights of a model. */
  readonly parameters: number
  /** What computes on the event loop, where models are only measured. */
  readonly backend: BackendChoice
  readonly #createModel: CreateModel
  readonly #options: TfjsNetworkOptions & { readonly exportName: string }
  #thread: TrainingThread | undefined
  #users = 0

  /** Use {@link tfjsNetwork}. */
  constructor(
    createModel: CreateModel,
    options: TfjsNetworkOptions & { readonly exportName: string },
    known: { readonly schema: ModelSchema; readonly parameters: number; readonly backend: BackendChoice },
  ) {
    this.#createModel = createModel
    this.#options = options
    this.schema = known.schema
    this.parameters = known.parameters
    this.backend = known.backend
  }

  /** @throws {@link RemoteError} `MODEL_SCHEMA`; see `assertSameSchema`. */
  assertSame(schema: ModelSchema): void {
    assertSameSchema(this.schema, schema)
  }

  /**
   * Makes ready for one peer. Its training is done on a thread that all peers of this network share, and that ends with the last.
   *
   * @throws as `tfjsLearner` and `startWorkerTrainer` do.
   */
  async open(environment: NetworkEnvironment): Promise<OpenTfjsNetwork> {
    const { kernels, epochs, batch, mu, rowsPerUpdate, initialSeed } = environment
    const { backend = 'auto' } = this.#options
    const common = { epochs, batch, mu, rowsPerUpdate, initialSeed, backend }
    const shards = OpenTfjsNetwork.shardsOf(environment)
    const learner = await tfjsLearner(this.#createModel, { ...environment, ...common, kernels, shards })
    const thread = (this.#thread ??= new TrainingThread())
    this.#users++
    try {
      const { features, classes, rows } = environment
      const trainer = await WorkerTrainer.open(thread, {
        ...this.#options,
        ...common,
        ...{ memory: kernels.memory, features, classes, rows },
      })
      return new OpenTfjsNetwork(environment, { learner, trainer, release: () => this.#release() })
    } catch (error) {
      learner.dispose()
      await this.#release()
      throw error
    }
  }

  async #release(): Promise<void> {
    if (--this.#users > 0) return
    const thread = this.#thread
    this.#thread = undefined
    await thread?.stop()
  }
}

/**
 * Loads the model of a module: chooses a backend, and finds out the model's schema.
 *
 * @throws {@link ConfigurationError} `MODEL_MODULE`, `MODEL_KIND`, `MODEL_WEIGHTS`; {@link EnvironmentError} `TFJS_BACKEND`; what the module throws.
 */
export async function tfjsNetwork(options: TfjsNetworkOptions): Promise<TfjsNetwork> {
  const { module, exportName = 'createModel', argument, backend: wanted = 'auto' } = options
  const source: ModelModule = { module: module.href, exportName, argument }
  const backend = await selectBackend(wanted)
  const createModel = await loadCreateModel(source)
  const model = await makeModel(createModel)
  const schema = await modelSchema(model)
  const { count } = new FlatWeights(model)
  disposeModel(model)
  return new TfjsNetwork(createModel, { ...options, exportName }, { schema, parameters: count, backend })
}
