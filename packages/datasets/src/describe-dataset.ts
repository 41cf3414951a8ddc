import type { Dataset, FeatureArray } from './dataset.ts'

/** A data set's size and balance, as plain JSON. */
export interface DatasetDescription {
  readonly name: string
  readonly rows: number
  readonly features: number
  /** In the order of the data set's class names. */
  readonly classes: readonly { readonly name: string; readonly rows: number }[]
}

/** Counts a data set's rows, features, and rows per class. */
export function describeDataset(dataset: Dataset<FeatureArray>): DatasetDescription {
  const counts = new Int32Array(dataset.classNames.length)
  for (const label of dataset.labels) counts[label]++
  return {
    name: dataset.name,
    rows: dataset.rows,
    features: dataset.featureNames.length,
    classes: dataset.classNames.map((name, index) => ({ name, rows: counts[index] })),
  }
}
