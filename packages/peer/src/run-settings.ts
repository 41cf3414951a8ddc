import {
  fitScaling,
  largestNorm,
  type RawDataset,
  type Scaling,
  type ScalingKind,
  scalingToJson,
} from '@hearsay/datasets'
import type { AgeRule, Creation, LinearModel, MergeRule } from '@hearsay/learning'
import { ageGrowth, completeFlow, type Exchange, type FlowSettings, type WeightEncoding } from '@hearsay/protocols'
import { type AggregationSettings, completeAggregation } from './aggregates/aggregation-settings.ts'
import { completeFederated, type FederatedSettings } from './learning/federated-settings.ts'
import type { ManifestNetwork, PeerNetwork } from './learning/network.ts'
import type { ManifestHyperparameters, RunManifest } from './manifest.ts'

/** What the peer that launches a run decides for everybody in it. */
export interface RunSettings {
  /**
   * How the peers learn together. In federated learning the launcher is the server, and of the settings of gossip (`creation`
   * to `ageGrowthMax` below) none matters.
   *
   * @defaultValue 'gossip'
   */
  readonly method?: 'gossip' | FederatedSettings
  /** @defaultValue 'pegasos' */
  readonly model?: LinearModel
  /**
   * Whether the model has a bias, which is not regularised: with steps of 1/(λt), what the first rows do to it fades
   * slowly, so that standardised features do better without.
   *
   * @defaultValue false
   */
  readonly bias?: boolean
  /** λ ≥ 0. @defaultValue 0.01 */
  readonly lambda?: number
  /** η₀ > 0. @defaultValue the model's: 1/λ, or 10⁻⁴ for Adaline */
  readonly eta?: number
  /** Whether η = η₀/t. @defaultValue true; false for Adaline */
  readonly decay?: boolean
  /** Rows of a step, 1 … 4096. @defaultValue 1; 32 for a network */
  readonly batch?: number
  /** Passes over its rows that a peer makes in an update, 1 … 1000; of a network alone. @defaultValue those of `method`, or 1 */
  readonly epochs?: number
  /** What all peers draw the initial weights of a network from: a safe integer ≥ 0. @defaultValue 1 */
  readonly initialSeed?: number
  /** @defaultValue 'MU' */
  readonly creation?: Creation
  /** @defaultValue 'age-weighted' */
  readonly merge?: MergeRule
  /** L in rows, ≥ 0, which the merge rule `limited` needs: ages further apart are not averaged. */
  readonly mergeGap?: number
  /** @defaultValue 'last' where whole models are exchanged, otherwise 'current' */
  readonly mergeWith?: 'last' | 'current'
  /** @defaultValue 'max' */
  readonly ageRule?: AgeRule
  /** The largest share of a received model in a merge, in (0, 1]. @defaultValue 1 */
  readonly mergeShareMax?: number
  /** How many models a peer sends, and when. @defaultValue `{ kind: 'proactive' }`: one a period */
  readonly flow?: FlowSettings
  /** How much of a model a message carries. A partitioned model is sent S times in Δ. @defaultValue `{ kind: 'full' }` */
  readonly exchange?: Exchange
  /** How a message carries a weight. @defaultValue 'float32' */
  readonly weights?: WeightEncoding
  /**
   * How much faster than one merge a cycle an honest model may age, in [1, 10⁶]: what is older is refused as a lie. Where
   * peers react to models at once, a chain of reactions goes through as many peers in a cycle as there are at most.
   *
   * @defaultValue 4.32 where the flow is proactive, otherwise 100: larger swarms of reacting peers need more
   */
  readonly ageGrowthMax?: number
  /** Δ in milliseconds. @defaultValue 1000 */
  readonly periodMs?: number
  /** Cycles from the start to the end. @defaultValue 60 */
  readonly cycles?: number
  /** Descriptors of a NewsCast view, 1 … 127. @defaultValue 20 */
  readonly viewSize?: number
  /**
   * What the peers aggregate while they learn, so that anyone can ask any of them: how many they are, and mean and extrema
   * of some metrics. `false` for nothing.
   *
   * @defaultValue `{}`: the number of peers and their training error
   */
  readonly aggregation?: AggregationSettings | false
  /**
   * How rows are scaled: a kind, to be fitted to the launcher's own rows, or a scaling that was fitted elsewhere. Either
   * way, the manifest tells everybody offset and factor of each column.
   *
   * @defaultValue 'standardise'
   */
  readonly scaling?: ScalingKind | Scaling
  /** The most rows that a peer trains on per update, ≥ 1. @defaultValue the number of the launcher's rows */
  readonly rowsMax?: number
  /** The norm to which rows are clipped, > 0. @defaultValue twice the largest norm of the launcher's scaled rows */
  readonly rowNormMax?: number
  /** When cycle 0 starts, in milliseconds since the Unix epoch. @defaultValue now */
  readonly startUnixMs?: number
}

/** Who launches a run, with what. */
export interface Launch {
  /** The launcher's name. */
  readonly launcher: string
  readonly runId: string
  readonly rows: RawDataset
  readonly unixNowMs: number
  /** What is learned in place of `model`. */
  readonly network?: PeerNetwork | undefined
}

/** The manifest of a new run: the settings, and what the launcher's rows say where they are silent. */
export function manifestOf(settings: RunSettings, launch: Launch): RunManifest {
  const { rows, network } = launch
  const { cycles = 60, periodMs = 1000, aggregation = {}, method = 'gossip' } = settings
  const kind = network === undefined ? (settings.model ?? 'pegasos') : 'network'
  const given = settings.scaling ?? 'standardise'
  const scaling = typeof given === 'string' ? fitScaling(rows, given) : given
  return {
    version: 1,
    runId: launch.runId,
    protocol: method === 'gossip' ? 'gossip-learning' : 'federated-learning',
    model: {
      kind,
      features: rows.featureNames.length,
      featureNames: rows.featureNames,
      classNames: rows.classNames,
      bias: settings.bias ?? false,
      ...(network === undefined ? {} : { network: manifestNetwork(network, settings) }),
    },
    hyperparameters: hyperparametersOf(network === undefined ? settings : { ...NETWORK_DEFAULTS, ...settings }),
    ...(method === 'gossip' ? {} : { federated: completeFederated(method, periodMs) }),
    periodMs,
    cycles,
    startUnixMs: settings.startUnixMs ?? Math.floor(launch.unixNowMs),
    rowsMax: settings.rowsMax ?? rows.rows,
    rowNormMax: settings.rowNormMax ?? 2 * largestNorm(rows, scaling),
    viewSize: settings.viewSize ?? 20,
    ...(aggregation === false ? {} : { aggregation: completeAggregation(aggregation, cycles) }),
    scaling: scalingToJson(scaling),
    launcher: launch.launcher,
  }
}

/** Where a network differs from linear models. */
const NETWORK_DEFAULTS: RunSettings = { batch: 32, mergeWith: 'current' }

function manifestNetwork({ schema, parameters }: PeerNetwork, settings: RunSettings): ManifestNetwork {
  const { method = 'gossip', initialSeed = 1 } = settings
  const algorithm = method === 'gossip' ? undefined : method.algorithm
  const own = algorithm !== undefined && 'epochs' in algorithm ? algorithm.epochs : undefined
  const epochs = settings.epochs ?? own ?? 1
  return { layers: schema.layers, hash: schema.hash, parameters, epochs, initialSeed }
}

/** How many peers a swarm of reacting peers may have before ages of honest models look like lies. */
const REACTING_PEERS = 100

function hyperparametersOf(settings: RunSettings): ManifestHyperparameters {
  const { eta, mergeShareMax, mergeGap, flow = { kind: 'proactive' }, exchange = { kind: 'full' }, weights } = settings
  const reacts = flow.kind !== 'proactive'
  const ageGrowthMax = settings.ageGrowthMax ?? (reacts ? ageGrowth(flow, REACTING_PEERS) : undefined)
  return {
    lambda: settings.lambda ?? 0.01,
    decay: settings.decay ?? settings.model !== 'adaline',
    batch: settings.batch ?? 1,
    creation: settings.creation ?? 'MU',
    merge: settings.merge ?? 'age-weighted',
    mergeWith: settings.mergeWith ?? (exchange.kind === 'full' ? 'last' : 'current'),
    ageRule: settings.ageRule ?? 'max',
    ...(eta === undefined ? {} : { eta }),
    ...(mergeShareMax === undefined ? {} : { mergeShareMax }),
    ...(mergeGap === undefined ? {} : { mergeGap }),
    ...(reacts ? { flow: completeFlow(flow) } : {}),
    ...(exchange.kind === 'full' ? {} : { exchange }),
    ...(weights === undefined || weights === 'float32' ? {} : { weights }),
    ...(ageGrowthMax === undefined ? {} : { ageGrowthMax }),
  }
}
