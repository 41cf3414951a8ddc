import { ConfigurationError } from '@hearsay/core'
import type { Dataset, FeatureArray, RawDataset } from './dataset.ts'
import { listNames } from './nearest.ts'

/**
 * The same rows with the columns and classes of a run: columns may stand in another order, and classes may be missing.
 *
 * @throws {@link ConfigurationError} `COLUMNS_DIFFER`, `CLASSES_DIFFER`.
 */
export function alignDataset(
  dataset: RawDataset,
  names: Pick<Dataset<FeatureArray>, 'featureNames' | 'classNames'>,
): RawDataset {
  const { featureNames, classNames } = names
  const width = featureNames.length
  const columns = positions(featureNames, dataset.featureNames)
  const classes = positions(dataset.classNames, classNames)
  if (width !== dataset.featureNames.length || columns.includes(-1)) {
    throw differs(dataset.name, 'COLUMNS_DIFFER', 'columns', dataset.featureNames, featureNames)
  }
  if (dataset.labels.some((label) => classes[label] === -1)) {
    throw differs(dataset.name, 'CLASSES_DIFFER', 'classes', dataset.classNames, classNames)
  }
  const features = new Float64Array(dataset.features.length)
  for (let row = 0; row < dataset.rows; row++) {
    for (let to = 0; to < width; to++) features[row * width + to] = dataset.features[row * width + columns[to]]
  }
  return { ...dataset, featureNames, classNames, features, labels: dataset.labels.map((label) => classes[label]) }
}

/** Where each name stands among others; −1 for nowhere. */
function positions(names: readonly string[], others: readonly string[]): number[] {
  const indexOf = new Map(others.map((name, index) => [name, index]))
  return names.map((name) => indexOf.get(name) ?? -1)
}

function differs(
  name: string,
  code: string,
  what: string,
  own: readonly string[],
  wanted: readonly string[],
): ConfigurationError {
  const problem = `the ${what} are not those of the run: ${listNames(own, 6)}, not ${listNames(wanted, 6)}`
  return new ConfigurationError(code, `${name}: ${problem}`)
}
