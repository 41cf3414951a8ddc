import type { ShardSetting } from '@hearsay/datasets'
import type { LinearLearnerOptions } from '@hearsay/learning'
import type { Exchange, FlowSettings, WeightEncoding } from '@hearsay/protocols'
import type { ChurnOptions } from './churn/churn-options.ts'
import type { NetworkOptions } from './network/network-options.ts'

/** Peer selection: a fixed random graph, NewsCast, or an oracle that knows everybody. */
export type Overlay = 'static' | 'newscast' | 'uniform'

export const OVERLAYS: readonly Overlay[] = ['static', 'newscast', 'uniform']

/** Who computes: `auto` is `wasm-simd` where the engine has it. */
export type Backend = 'auto' | 'wasm-simd' | 'javascript'

export const BACKENDS: readonly Backend[] = ['auto', 'wasm-simd', 'javascript']

/** Bounds of {@link ScenarioOptions}. */
export const ScenarioLimit = {
  peersMin: 2,
  peersMax: 10_000_000,
  viewSizeMax: 127,
  jitterMax: 0.3,
  periodMsMax: 1e9,
  rowsPerPeerMax: 1_000_000,
  votesMax: 100,
} as const

/** Gossip learning in a simulated network. */
export interface ScenarioOptions extends NetworkOptions, ChurnOptions {
  /** An integer in 2 … 10⁷. */
  readonly peers: number
  /** A safe integer ≥ 0. */
  readonly seed: number
  /** Δ in virtual milliseconds, 1 … 10⁹: what a cycle lasts. */
  readonly periodMs: number
  /** Standard deviation of a period as a share of Δ, in [0, 0.3]. */
  readonly jitter: number
  readonly overlay: Overlay
  /**
   * Out-neighbours in a static overlay, 1 … peers − 1.
   *
   * @defaultValue 10, or all others where they are fewer
   */
  readonly degree?: number | undefined
  /**
   * Descriptors in a NewsCast view, 1 … 127.
   *
   * @defaultValue 20
   */
  readonly viewSize?: number | undefined
  readonly learner: LinearLearnerOptions
  /** Whether models have a bias. */
  readonly bias: boolean
  readonly mergeWith: 'last' | 'current'
  /** @defaultValue `{ kind: 'proactive' }` */
  readonly flow?: FlowSettings | undefined
  /**
   * A partitioned model is sent S times in Δ.
   *
   * @defaultValue `{ kind: 'full' }`
   */
  readonly exchange?: Exchange | undefined
  /** @defaultValue 'float32' */
  readonly weights?: WeightEncoding | undefined
  /** Last models of a peer that vote, 1 … 100. */
  readonly votes: number
  readonly shards: ShardSetting
  /**
   * Gives each peer this many rows, reusing rows cyclically where there are fewer; only with IID shards.
   *
   * @defaultValue every row goes to exactly one peer
   */
  readonly rowsPerPeer?: number | undefined
  /** Share of the peers that is evaluated each cycle, in (0, 1]; at least one peer is. */
  readonly evaluate: number
  /** Whether received models pass the guard of a network peer. */
  readonly guard: boolean
  readonly backend: Backend
}
