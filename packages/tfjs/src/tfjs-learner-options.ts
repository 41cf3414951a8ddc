import type { Kernels } from '@hearsay/kernels'
import type { Creation, MergeRuleOptions, Shards } from '@hearsay/learning'
import type { BackendName } from './backend/backend-name.ts'
import type { BackendOptions } from './backend/select-backend.ts'

/** What a `TfjsLearner` learns from, and how. */
export interface TfjsLearnerOptions extends MergeRuleOptions, BackendOptions {
  /** Whose memory holds the models and the rows. */
  readonly kernels: Kernels
  /** The rows of each hosted peer, of a shape without bias: `modelShape(features, classes, false)`. */
  readonly shards: Shards
  /**
   * What computes; see `selectBackend`.
   *
   * @defaultValue 'auto'
   */
  readonly backend?: BackendName | 'auto' | undefined
  /**
   * Passes over the rows of an update, an integer ≥ 1. Each adds the rows to the age.
   *
   * @defaultValue 1
   */
  readonly epochs?: number | undefined
  /**
   * Rows of an optimiser step, an integer ≥ 1.
   *
   * @defaultValue 32
   */
  readonly batch?: number | undefined
  /**
   * μ of FedProx (Li et al. 2020, equation 2), finite and ≥ 0: each step of an update has μ(w − w₀) added to its gradient, w₀ being
   * the model that the update began with. The optimiser makes of it what it makes of gradients: Adam scales it for each weight.
   *
   * @defaultValue 0
   */
  readonly mu?: number | undefined
  /**
   * As in `LinearLearnerOptions`.
   *
   * @defaultValue 'MU'
   */
  readonly creation?: Creation | undefined
  /**
   * The most rows of a shard that one update trains on, ≥ 1. A larger shard is trained on in turns: each update goes on where
   * the peer's last one ended.
   *
   * @defaultValue Infinity
   */
  readonly rowsPerUpdate?: number | undefined
  /**
   * A safe integer ≥ 0: draws the trainable weights of rank ≥ 2, uniformly by fan in and out (Glorot and Bengio 2010), in place of
   * those that the model was made with; frozen layers keep theirs. Peers that learn together give the same.
   *
   * @defaultValue the weights that the model is made with; its initializers then need seeds of their own
   */
  readonly initialSeed?: number | undefined
  /**
   * Where rows that models are trained on are counted, each as often as it is: one entry for each shard. Saved and restored with the
   * learner.
   *
   * @defaultValue they are not counted
   */
  readonly steps?: Float64Array | undefined
}
