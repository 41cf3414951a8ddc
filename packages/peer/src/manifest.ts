import type { ScalingJson } from '@hearsay/datasets'
import type { AgeRule, Creation, LinearModel, MergeRule } from '@hearsay/learning'
import type { Exchange, FlowSettings, WeightEncoding } from '@hearsay/protocols'
import type { ManifestAggregation } from './aggregates/aggregation-settings.ts'
import type { ManifestNetwork } from './learning/network.ts'
import type { ManifestFederated } from './learning/federated-settings.ts'

/** What every peer of a run must agree on. */
export interface RunManifest {
  readonly version: 1
  /** 1 to 64 letters, digits, dots, dashes and underscores. */
  readonly runId: string
  readonly protocol: 'gossip-learning' | 'federated-learning'
  readonly model: ManifestModel
  readonly hyperparameters: ManifestHyperparameters
  /** With the protocol `federated-learning` alone, whose server is the launcher. Of the hyperparameters it uses the learner's. */
  readonly federated?: ManifestFederated
  /** Δ, the time between two active rounds of a peer, in milliseconds: 1 … 86 400 000. */
  readonly periodMs: number
  /** Rounds from the start to the end: an integer in 1 … 10⁹. */
  readonly cycles: number
  /** When cycle 0 starts, in milliseconds since the Unix epoch: a safe integer ≥ 0. */
  readonly startUnixMs: number
  /** The most rows that any peer trains on per update, which bounds the ages: an integer in 1 … 2³¹ − 1. */
  readonly rowsMax: number
  /** The norm to which every peer clips its rows; with λ it bounds the norm of a model. Finite, > 0. */
  readonly rowNormMax: number
  /** Entries of a NewsCast view: an integer in 1 … 127. */
  readonly viewSize: number
  /** What all peers aggregate while they learn. Absent for nothing. */
  readonly aggregation?: ManifestAggregation
  /** How every peer scales its rows: one offset and one factor per feature. */
  readonly scaling: ScalingJson
  /** The name of the peer that launched the run, whose key signs the manifest. */
  readonly launcher: string
}

export interface ManifestModel {
  readonly kind: LinearModel | 'network'
  /** Present where the model is one. */
  readonly network?: ManifestNetwork
  /** An integer in 1 … 65 536. */
  readonly features: number
  /** One name of 1 to 128 characters per feature. */
  readonly featureNames: readonly string[]
  /** 2 … 1024 distinct names of 1 to 128 characters; class i of the model is the i-th. */
  readonly classNames: readonly string[]
  readonly bias: boolean
}

/** As in {@link LinearLearnerOptions} and {@link GossipLearningOptions}. */
export interface ManifestHyperparameters {
  /** λ: finite, ≥ 0. */
  readonly lambda: number
  /** η₀: finite, > 0. Absent for the model's default, which linear models other than Adaline have only where 1/λ is finite. */
  readonly eta?: number
  readonly decay: boolean
  /** An integer in 1 … 4096. */
  readonly batch: number
  readonly creation: Creation
  readonly merge: MergeRule
  /** L in rows, ≥ 0; with the merge rule `limited` alone. */
  readonly mergeGap?: number
  readonly mergeWith: 'last' | 'current'
  readonly ageRule: AgeRule
  /** In (0, 1]. Absent for 1. */
  readonly mergeShareMax?: number
  /** Absent for `proactive`. */
  readonly flow?: Required<FlowSettings>
  /** Absent for whole models. A partitioned model has as many parts as weights at most, each for 1 ms of Δ at least. */
  readonly exchange?: Exchange
  /** Absent for `float32`. */
  readonly weights?: WeightEncoding
  /** How much faster than one merge a cycle ages may grow, in [1, 10⁶]. Absent for 4.32. */
  readonly ageGrowthMax?: number
}
