import { UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray } from './dataset.ts'

/**
 * A new data set of the given rows, in the given order. Names and classes stay those of the whole, so that a label
 * means the same in every part.
 *
 * @param indices - Row indices in [0, rows). A row may be taken more than once.
 * @param name - Name of the result. Default: the data set's own.
 * @throws {@link UsageError} `ROW_OUT_OF_RANGE` for an index that is not a row.
 */
export function selectRows<Features extends FeatureArray>(
  dataset: Dataset<Features>,
  indices: ArrayLike<number>,
  name: string = dataset.name,
): Dataset<Features> {
  const width = dataset.featureNames.length
  const features = allocateLike(dataset.features, indices.length * width)
  const labels = new Int32Array(indices.length)
  for (let row = 0; row < indices.length; row++) {
    const from = indices[row]
    if (!Number.isInteger(from) || from < 0 || from >= dataset.rows) {
      throw new UsageError('ROW_OUT_OF_RANGE', `${dataset.name} has rows 0 … ${dataset.rows - 1}, not ${from}`)
    }
    features.set(dataset.features.subarray(from * width, (from + 1) * width), row * width)
    labels[row] = dataset.labels[from]
  }
  return { ...dataset, name, features, labels, rows: indices.length }
}

function allocateLike<Features extends FeatureArray>(features: Features, length: number): Features {
  const allocated = features instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
  return allocated as Features
}
