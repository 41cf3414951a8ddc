import type { SplitDataset } from '@hearsay/datasets'
import { createMlp, DeferredTraining, prepareModel, type PreparedModel, VirtualTrainer } from '@hearsay/tfjs'
import type { ScenarioOptions } from '../scenario-options.ts'
import { setupSeed } from '../setup-stream.ts'
import type { MlpLearnerOptions } from './mlp-learner.ts'
import type { BuiltNetwork, NetworkInputs, PreparedNetwork } from './prepared-network.ts'

/**
 * Makes the network of a run, which is to be disposed of after it. It always computes with WebAssembly, so that machines that have faster
 * backends get the same results.
 *
 * @throws {@link EnvironmentError} `TFJS_BACKEND`; {@link UsageError} `MLP`.
 */
export async function prepareMlp(
  learner: MlpLearnerOptions,
  { seed }: Pick<ScenarioOptions, 'seed'>,
  { train }: SplitDataset,
): Promise<PreparedNetwork> {
  const { hidden, eta } = learner
  const layers = { features: train.featureNames.length, hidden, classes: train.classNames.length, eta }
  const model = await prepareModel(() => createMlp(layers), { backend: 'wasm' })
  return {
    words: model.words,
    build: (inputs) => buildNetwork(model, learner, setupSeed(seed, 'weights'), inputs),
    dispose: () => model.dispose(),
  }
}

function buildNetwork(
  model: PreparedModel,
  settings: MlpLearnerOptions,
  initialSeed: number,
  inputs: NetworkInputs,
): BuiltNetwork {
  const { kernels, peers } = inputs
  const { msPerRow = 0 } = settings
  const learner = model.learner({ ...settings, ...inputs, initialSeed })
  return {
    learner,
    evaluator: (range) => learner.evaluator(range),
    defer: (weights, protocol) =>
      new DeferredTraining({
        ...{ peers, kernels, learner, weights, protocol },
        trainer: new VirtualTrainer(peers, learner, { msPerRow }),
      }),
  }
}
