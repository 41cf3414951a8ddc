import { EnvironmentError } from '@hearsay/core'
import { assertTrainable } from './assert-trainable.ts'
import { type BackendChoice, selectBackend } from './backend/select-backend.ts'
import type { CreateModel } from './model/make-model.ts'
import { SharedModel } from './model/shared-model.ts'
import { TfjsLearner } from './tfjs-learner.ts'
import type { TfjsLearnerOptions } from './tfjs-learner-options.ts'

/**
 * Makes a learner of any compiled `tf.LayersModel` with one input and one output. All hosted peers take turns in one model.
 *
 * @param createModel - Called once the backend is chosen; a second time where no `initialSeed` is given, to see that the model
 *   begins with the same weights each time.
 * @throws {@link ConfigurationError} `MODEL_KIND`, `MODEL_INPUTS`, `MODEL_OUTPUTS`, `MODEL_WEIGHTS`, `MODEL_COMPILE`, `INITIAL_WEIGHTS`;
 *   {@link EnvironmentError} `TFJS_BACKEND` where a backend cannot be had, or cannot train this model; {@link UsageError} when an
 *   option is out of its range.
 */
export async function tfjsLearner(createModel: CreateModel, options: TfjsLearnerOptions): Promise<TfjsLearner> {
  const { kernels, shards, backend: wanted = 'auto', initialSeed } = options
  const open = async (backend: BackendChoice): Promise<TfjsLearner> => {
    const shared = await SharedModel.open(createModel, { kernels, rows: shards.shape, initialSeed })
    assertTrainable(shared, shards.all, backend)
    return new TfjsLearner(shared, shards, backend, options)
  }
  const chosen = await selectBackend(wanted, options)
  try {
    return await open(chosen)
  } catch (error) {
    if (wanted !== 'auto' || chosen.backend !== 'wasm' || !(error instanceof EnvironmentError)) throw error
    const plain = await selectBackend('cpu')
    return await open({ backend: 'cpu', why: `${plain.why}; ${error.message}` })
  }
}
