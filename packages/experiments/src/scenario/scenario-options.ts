import type { ShardSetting } from '@hearsay/datasets'
import type { Correction, Exchange, StartedFlow, WeightEncoding } from '@hearsay/protocols'
import type { ChurnOptions } from './churn/churn-options.ts'
import type { Method } from './method.ts'
import type { LearnerOptions } from './mlp/mlp-learner.ts'
import type { NetworkOptions } from './network/network-options.ts'
import type { Speeds } from './speed-options.ts'

/**
 * Peer selection: a fixed random graph, NewsCast, an oracle that knows everybody, or a fixed undirected graph:
 *
 * - `static`: `degree` random out-neighbours for each;
 * - `scale-free`: Barabási–Albert, grown by `degree` edges a peer, so that peers have 2 · `degree` neighbours in the mean;
 * - `regular`: random, with `degree` neighbours for each; `ring`: those next to it;
 * - `random`: Erdős–Rényi, with `degree` neighbours in the mean.
 */
export type Overlay = 'static' | 'newscast' | 'uniform' | 'scale-free' | 'regular' | 'ring' | 'random'

export const OVERLAYS: readonly Overlay[] = ['static', 'newscast', 'uniform', 'scale-free', 'regular', 'ring', 'random']

/** Rows whose class depends on where their peer stands: the last class goes to the peers of highest degree or speed. */
export interface Correlation {
  /** `degree` needs a `scale-free` or `random` overlay, `speed` needs `speeds`. */
  readonly with: 'degree' | 'speed'
  /** From 0, at random, to 1, class by class; see `assignByRank` of `@hearsay/datasets`. */
  readonly strength: number
}

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

/** Peers, whom they know, network and churn: what every simulated run has, whatever is run. */
export interface WorldOptions extends NetworkOptions, ChurnOptions {
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
   * Neighbours in an overlay that is a fixed graph, 1 … peers − 1; see {@link Overlay}.
   *
   * @defaultValue 10, or all others where they are fewer
   */
  readonly degree?: number | undefined
  /**
   * Whether peers know who of their neighbours is online, and choose among those alone (Hegedűs, Danner, Jelasity 2021): in
   * an overlay that is a fixed graph, without a correction, in runs that are not split over workers.
   *
   * @defaultValue false: what is sent to an absent peer is lost
   */
  readonly onlineNeighbours?: boolean | undefined
  /**
   * Descriptors in a NewsCast view, 1 … 127.
   *
   * @defaultValue 20
   */
  readonly viewSize?: number | undefined
  /** Share of the peers that is measured each time, in (0, 1]; at least one peer is. */
  readonly evaluate: number
}

/** Gossip learning, or one of its contestants, in a simulated network. */
export interface ScenarioOptions extends WorldOptions {
  /** @defaultValue `{ kind: 'gossip' }` */
  readonly method?: Method | undefined
  /**
   * How much faster some peers send than others.
   *
   * @defaultValue all have the same period
   */
  readonly speeds?: Speeds | undefined
  /**
   * What is done against the bias towards peers of high degree or speed; over undirected graphs alone.
   *
   * @defaultValue nothing
   */
  readonly correction?: Correction | undefined
  readonly learner: LearnerOptions
  /** Whether linear models have a bias. */
  readonly bias: boolean
  readonly mergeWith: 'last' | 'current'
  /** @defaultValue `{ kind: 'proactive' }` */
  readonly flow?: StartedFlow | undefined
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
  /**
   * Makes classes depend on peers; only with IID shards, and without `rowsPerPeer`.
   *
   * @defaultValue they do not
   */
  readonly correlate?: Correlation | undefined
  /** Whether what a peer receives passes the guard of a network peer. */
  readonly guard: boolean
  readonly backend: Backend
}
