import type { EnvironmentError } from '@hearsay/core'
import type { Kernels, RowRange } from '@hearsay/kernels'
import type { Creation, LabelledRows, Learner, MergeRuleOptions, ModelShape } from '@hearsay/learning'
import type { LearningProtocol } from '@hearsay/federated'
import type { WeightEncoding } from '@hearsay/protocols'

/** What two networks must have in common so that their weights can be averaged. */
export interface NetworkSchema {
  /** One line a layer, in the order of their weights. */
  readonly layers: readonly string[]
  /** SHA-256 of the lines, joined by line feeds: 64 hexadecimal digits. */
  readonly hash: string
}

/** The network that a run trains. */
export interface ManifestNetwork extends NetworkSchema {
  /** Float32 weights of a model: an integer in 1 … 2²⁶. Nothing longer is received. */
  readonly parameters: number
  /** Passes over its rows that a peer makes in an update: an integer in 1 … 1000. */
  readonly epochs: number
  /** What all peers draw the same initial weights from: a safe integer ≥ 0. */
  readonly initialSeed: number
}

/** What is learned in place of a linear model, such as `tfjsNetwork` of `@hearsay/tfjs/worker` makes it. */
export interface PeerNetwork {
  readonly schema: NetworkSchema
  /** Float32 weights of a model, ≥ 1. */
  readonly parameters: number
  /** @throws {@link RemoteError} `MODEL_SCHEMA`, with both hashes and the first layer that differs. */
  assertSame(schema: NetworkSchema): void
  /** Makes ready for one peer of a run. */
  open(environment: NetworkEnvironment): Promise<OpenNetwork>
}

/** What a network learns from, and how, as the run's manifest says. */
export interface NetworkEnvironment extends MergeRuleOptions {
  readonly kernels: Kernels
  readonly features: number
  readonly classes: number
  /** What the peer trains on, scaled. */
  readonly rows: LabelledRows
  /** Passes over the rows of an update. */
  readonly epochs: number
  /** Rows of an optimiser step. */
  readonly batch: number
  /** μ ≥ 0 of FedProx: how strongly an update is held to the model that it begins with. 0 for all other methods. */
  readonly mu: number
  /** The most rows of an update. */
  readonly rowsPerUpdate: number
  /** What the initial weights are drawn from, the same at all peers. */
  readonly initialSeed: number
  /** MU: what is trained is a received model merged with the peer's own; RW: as it came. */
  readonly creation: Exclude<Creation, 'UM'>
  /** How messages carry weights. */
  readonly weights: WeightEncoding
}

/** Measures models, named by their offset in the host's memory. */
export interface ModelEvaluator {
  /** The 0–1 error in [0, 1]. */
  error(model: number): number
}

/** Which messages bring models to train. */
export interface ModelMessages {
  /** @defaultValue 0, that of gossip learning */
  readonly kind?: number
  /** Which number of their header is the age of their model. @defaultValue 'stamp' */
  readonly age?: 'stamp' | 'value'
  /** The only peer whose models are trained. @defaultValue everybody's */
  readonly from?: number
}

/** A protocol, and what runs it so that it is told of models when they have been trained. */
export interface DeferredProtocol<P extends LearningProtocol> {
  readonly inner: P
  readonly protocol: LearningProtocol
}

/** A network that is ready to learn. */
export interface OpenNetwork {
  readonly shape: ModelShape
  /** What computes, and why. */
  readonly backend: { readonly backend: string; readonly why: string }
  /** Resolves when it cannot be trained any more, be it that it is closed: then the peer ends. */
  readonly lost: Promise<EnvironmentError>
  /** Rows that it has been trained on, each as often as it was. */
  readonly steps: number
  /** The protocol that `create` makes, trained beside the event loop: it sees plain events, and a learner that never takes long. */
  defer<P extends LearningProtocol>(create: (learner: Learner) => P, models?: ModelMessages): DeferredProtocol<P>
  /** Rows in the host's memory, to be measured on. */
  load(rows: LabelledRows): RowRange
  evaluator(rows: RowRange): ModelEvaluator
  /** The class that a model predicts for one scaled row. */
  predict(model: number, row: ArrayLike<number>): number
  close(): Promise<void>
}
