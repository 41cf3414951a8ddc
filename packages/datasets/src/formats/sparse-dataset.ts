import { UsageError } from '@hearsay/core'
import type { RawDataset } from '../dataset.ts'
import { checkCells } from './numeric-array.ts'

/**
 * Labelled rows of which few features are not 0, as compressed sparse rows: row r has the values
 * `values[starts[r]] … values[starts[r + 1] − 1]`, in the columns that `columns` names at the same places.
 */
export interface SparseDataset {
  readonly name: string
  readonly classNames: readonly string[]
  /** Number of columns. */
  readonly features: number
  /** Number of rows. */
  readonly rows: number
  /** One class index per row. */
  readonly labels: Int32Array
  /** `rows` + 1 places, the first one 0, never falling. */
  readonly starts: Int32Array
  /** Columns in [0, features), ascending within a row. */
  readonly columns: Int32Array
  /** Finite values, as many as `columns`. */
  readonly values: Float64Array
}

/**
 * Writes the zeros out. The features are named `x1`, `x2`, … as svmlight numbers them.
 *
 * @throws {@link DataFileError} `FILE_TOO_LARGE` for more than 2²⁷ values: hash them instead.
 */
export function toDense(sparse: SparseDataset): RawDataset {
  return spread(sparse, sparse.features, 'x', (row, column, value) => {
    row[column] += value
  })
}

/**
 * Folds the columns into a given number of buckets by a hash, each value with a sign that the hash decides too, so that
 * inner products stay the same in the mean (Weinberger et al., "Feature hashing for large scale multitask learning",
 * 2009). The same on every machine.
 *
 * @param buckets - An integer in 1 … 2²⁰.
 * @throws {@link UsageError} `BUCKETS_INVALID`; {@link DataFileError} `FILE_TOO_LARGE`.
 */
export function hashFeatures(sparse: SparseDataset, buckets: number): RawDataset {
  if (!Number.isSafeInteger(buckets) || buckets < 1 || buckets > 2 ** 20) {
    throw new UsageError('BUCKETS_INVALID', `a number of buckets is an integer in 1 … ${2 ** 20}, not ${buckets}`)
  }
  return spread(sparse, buckets, 'bucket', (row, column, value) => {
    const hash = mix(column)
    row[(hash >>> 1) % buckets] += (hash & 1) === 0 ? value : -value
  })
}

function spread(
  sparse: SparseDataset,
  width: number,
  prefix: string,
  add: (row: Float64Array, column: number, value: number) => void,
): RawDataset {
  const { name, classNames, rows, labels, starts, columns, values } = sparse
  const features = new Float64Array(checkCells(name, [rows, width]))
  for (let row = 0; row < rows; row++) {
    const cells = features.subarray(row * width, (row + 1) * width)
    for (let at = starts[row]; at < starts[row + 1]; at++) add(cells, columns[at], values[at])
  }
  const featureNames = Array.from({ length: width }, (_, index) => `${prefix}${index + 1}`)
  return { name, featureNames, classNames, features, labels, rows }
}

/** The finaliser of MurmurHash3 (Appleby). */
function mix(value: number): number {
  let hash = value + 1
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
