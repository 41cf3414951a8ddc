import {
  fitScaling,
  largestNorm,
  type RawDataset,
  type Scaling,
  type ScalingKind,
  scalingToJson,
} from '@hearsay/datasets'
import type { AgeRule, Creation, LinearModel } from '@hearsay/learning'
import type { RunManifest } from './manifest.ts'

/** What the peer that launches a run decides for everybody in it. */
export interface RunSettings {
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
  /** Rows of a step, 1 … 4096. @defaultValue 1 */
  readonly batch?: number
  /** @defaultValue 'MU' */
  readonly creation?: Creation
  /** @defaultValue 'age-weighted' */
  readonly merge?: 'age-weighted' | 'mean'
  /** @defaultValue 'last' */
  readonly mergeWith?: 'last' | 'current'
  /** @defaultValue 'max' */
  readonly ageRule?: AgeRule
  /** The largest share of a received model in a merge, in (0, 1]. @defaultValue 1 */
  readonly mergeShareMax?: number
  /** Δ in milliseconds. @defaultValue 1000 */
  readonly periodMs?: number
  /** Cycles from the start to the end. @defaultValue 60 */
  readonly cycles?: number
  /** Descriptors of a NewsCast view, 1 … 127. @defaultValue 20 */
  readonly viewSize?: number
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
}

/** The manifest of a new run: the settings, and what the launcher's rows say where they are silent. */
export function manifestOf(settings: RunSettings, launch: Launch): RunManifest {
  const { rows } = launch
  const kind = settings.model ?? 'pegasos'
  const given = settings.scaling ?? 'standardise'
  const scaling = typeof given === 'string' ? fitScaling(rows, given) : given
  const { eta, mergeShareMax } = settings
  return {
    version: 1,
    runId: launch.runId,
    protocol: 'gossip-learning',
    model: {
      kind,
      features: rows.featureNames.length,
      featureNames: rows.featureNames,
      classNames: rows.classNames,
      bias: settings.bias ?? false,
    },
    hyperparameters: {
      lambda: settings.lambda ?? 0.01,
      decay: settings.decay ?? kind !== 'adaline',
      batch: settings.batch ?? 1,
      creation: settings.creation ?? 'MU',
      merge: settings.merge ?? 'age-weighted',
      mergeWith: settings.mergeWith ?? 'last',
      ageRule: settings.ageRule ?? 'max',
      ...(eta === undefined ? {} : { eta }),
      ...(mergeShareMax === undefined ? {} : { mergeShareMax }),
    },
    periodMs: settings.periodMs ?? 1000,
    cycles: settings.cycles ?? 60,
    startUnixMs: settings.startUnixMs ?? Math.floor(launch.unixNowMs),
    rowsMax: settings.rowsMax ?? rows.rows,
    rowNormMax: settings.rowNormMax ?? 2 * largestNorm(rows, scaling),
    viewSize: settings.viewSize ?? 20,
    scaling: scalingToJson(scaling),
    launcher: launch.launcher,
  }
}
