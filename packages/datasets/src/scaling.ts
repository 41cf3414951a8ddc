import { ConfigurationError, UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray, SplitDataset } from './dataset.ts'

/**
 * How features are scaled: `standardise` to mean 0 and standard deviation 1 (that of the population, dividing by the
 * number of rows), `min-max` to [0, 1], `none` not at all.
 */
export type ScalingKind = 'standardise' | 'min-max' | 'none'

export const SCALING_KINDS: readonly ScalingKind[] = ['standardise', 'min-max', 'none']

/**
 * An affine map of each feature, x′ = (x − offset) · factor, fitted on training rows alone. A column that is constant
 * there has factor 0: it becomes 0 everywhere, whatever value it takes in other rows, for nothing can be learned of it.
 */
export interface Scaling {
  readonly kind: ScalingKind
  /** One finite value per feature. */
  readonly offset: Float64Array
  /** One finite value ≥ 0 per feature. */
  readonly factor: Float64Array
}

/**
 * Fits a scaling in float64.
 *
 * @param dataset - The training rows, at least one.
 * @throws {@link UsageError} `DATASET_EMPTY`; {@link ConfigurationError} `FEATURE_RANGE` for a column so wide or so
 *   narrow that a float64 cannot hold its scale.
 */
export function fitScaling(dataset: Dataset<FeatureArray>, kind: ScalingKind): Scaling {
  if (dataset.rows === 0)
    throw new UsageError('DATASET_EMPTY', `${dataset.name}: a scaling cannot be fitted to no rows`)
  const width = dataset.featureNames.length
  const offset = new Float64Array(width)
  const factor = new Float64Array(width).fill(1)
  if (kind === 'none') return { kind, offset, factor }
  for (let feature = 0; feature < width; feature++) {
    const [least, greatest] = range(dataset, feature)
    // A mean of equal values may be off by a rounding: constancy is judged by the values themselves.
    if (least === greatest) {
      offset[feature] = positiveZero(least)
      factor[feature] = 0
      continue
    }
    const [centre, spread] = kind === 'standardise' ? moments(dataset, feature) : [least, greatest - least]
    offset[feature] = positiveZero(centre)
    factor[feature] = 1 / spread
    if (!Number.isFinite(centre) || !Number.isFinite(spread) || !Number.isFinite(1 / spread)) {
      const column = JSON.stringify(dataset.featureNames[feature])
      throw new ConfigurationError(
        'FEATURE_RANGE',
        `${dataset.name}, column ${column}: ${least} to ${greatest} cannot be scaled (${kind}); change its unit`,
      )
    }
  }
  return { kind, offset, factor }
}

/**
 * Scales in float64 and rounds once, to float32.
 *
 * @throws {@link UsageError} `SCALING_WIDTH` for another number of features; {@link ConfigurationError}
 *   `FEATURE_TOO_LARGE` for a value that float32 cannot hold.
 */
export function applyScaling(dataset: Dataset<FeatureArray>, scaling: Scaling): Dataset {
  const width = dataset.featureNames.length
  const { offset, factor } = scaling
  if (offset.length !== width || factor.length !== width) {
    throw new UsageError('SCALING_WIDTH', `${dataset.name} has ${width} features, the scaling ${offset.length}`)
  }
  const features = new Float32Array(dataset.features.length)
  for (let index = 0; index < features.length; index++) {
    const feature = index % width
    features[index] = (dataset.features[index] - offset[feature]) * factor[feature]
    if (!Number.isFinite(features[index])) {
      const where = `row ${Math.floor(index / width)}, column ${JSON.stringify(dataset.featureNames[feature])}`
      throw new ConfigurationError(
        'FEATURE_TOO_LARGE',
        `${dataset.name}, ${where}: ${dataset.features[index]} is too large for float32 when scaled (${scaling.kind})`,
      )
    }
  }
  return { ...dataset, features }
}

/** Scales both parts by what the training rows say. Throws what {@link fitScaling} and {@link applyScaling} throw. */
export function scaleSplit(
  split: SplitDataset<FeatureArray>,
  kind: ScalingKind,
): SplitDataset & { readonly scaling: Scaling } {
  const scaling = fitScaling(split.train, kind)
  return { train: applyScaling(split.train, scaling), test: applyScaling(split.test, scaling), scaling }
}

/** JSON knows no −0, and a scaling must be the same after it travelled as JSON. */
function positiveZero(value: number): number {
  return value + 0
}

function range(dataset: Dataset<FeatureArray>, feature: number): [least: number, greatest: number] {
  const { features, featureNames } = dataset
  let least = features[feature]
  let greatest = least
  for (let index = feature; index < features.length; index += featureNames.length) {
    if (features[index] < least) least = features[index]
    if (features[index] > greatest) greatest = features[index]
  }
  return [least, greatest]
}

/** In two passes: the textbook's Σx² − (Σx)²/n would cancel for a column far from 0. */
function moments(dataset: Dataset<FeatureArray>, feature: number): [mean: number, deviation: number] {
  const { features, featureNames, rows } = dataset
  let sum = 0
  for (let index = feature; index < features.length; index += featureNames.length) sum += features[index]
  const mean = sum / rows
  let squares = 0
  for (let index = feature; index < features.length; index += featureNames.length) {
    const deviation = features[index] - mean
    squares += deviation * deviation
  }
  return [mean, Math.sqrt(squares / rows)]
}
