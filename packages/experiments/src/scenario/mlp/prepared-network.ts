import type { Kernels, RowRange } from '@hearsay/kernels'
import type { Learner, Shards } from '@hearsay/learning'
import type { LearningProtocol } from '@hearsay/federated'
import type { GossipLearning, WeightEncoding } from '@hearsay/protocols'

/** What a network learns from. */
export interface NetworkInputs {
  readonly peers: number
  readonly kernels: Kernels
  readonly shards: Shards
  /** The most rows of an update, in place of what the learner's options say. */
  readonly rowsPerUpdate?: number
  /** Passes of an update over the rows, in place of what the learner's options say. */
  readonly epochs?: number
  /** μ of FedProx. */
  readonly mu?: number
  /** Where rows are counted. */
  readonly steps?: Float64Array | undefined
}

/** Measures models on held-out rows. */
export interface ErrorMeter {
  /** The 0–1 error of the model at an offset. */
  error(model: number): number
}

/** A network in the memory of a run. */
export interface BuiltNetwork {
  readonly learner: Learner
  evaluator(range: RowRange): ErrorMeter
  /** Gossip learning whose updates take as long as training costs. */
  defer(weights: WeightEncoding, gossip: (learner: Learner) => GossipLearning): DeferredGossip
}

/** Gossip learning that is told of models when they have been trained. */
export interface DeferredGossip extends LearningProtocol {
  readonly inner: GossipLearning
}

/** What a run needs of TensorFlow.js, made before it: no module that linear models load imports that. */
export interface PreparedNetwork {
  /** Words of a whole model. */
  readonly words: number
  /** Once. */
  build(inputs: NetworkInputs): BuiltNetwork
  dispose(): void
}
