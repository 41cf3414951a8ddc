import { type Dataset, type FeatureArray } from '@hearsay/datasets'

/** Who holds how many rows of which class. */
export interface ShardCensus {
  readonly classNames: readonly string[]
  /** Rows of each peer. */
  readonly sizes: readonly number[]
  /** Rows of each class of each peer. */
  readonly counts: readonly Int32Array[]
}

/** Least, median and greatest of some numbers. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** Counts the rows of all shards. */
export function takeCensus(dataset: Dataset<FeatureArray>, shards: readonly Int32Array[]): ShardCensus {
  const counts = shards.map((rows) => {
    const own = new Int32Array(dataset.classNames.length)
    for (const row of rows) own[dataset.labels[row]]++
    return own
  })
  return { classNames: dataset.classNames, sizes: shards.map((rows) => rows.length), counts }
}

/** Rows per peer. */
export function sizeSpread({ sizes }: ShardCensus): Spread {
  return spreadOf(sizes)
}

/** Classes that a peer has rows of. */
export function classSpread({ counts }: ShardCensus): Spread {
  return spreadOf(counts.map((own) => own.reduce((sum, rows) => sum + (rows > 0 ? 1 : 0), 0)))
}

/**
 * How far the classes' shares of a peer are from those of the whole, in the mean over peers: half the sum of the
 * differences (total variation), from 0 for the same to almost 1 for peers of one class among many.
 */
export function classDistance({ counts, sizes }: ShardCensus): number {
  const rows = sizes.reduce((sum, size) => sum + size, 0)
  const whole = Float64Array.from(counts[0], (_, label) => counts.reduce((sum, own) => sum + own[label], 0) / rows)
  let sum = 0
  for (const [peer, own] of counts.entries()) {
    for (let label = 0; label < own.length; label++) sum += Math.abs(own[label] / sizes[peer] - whole[label]) / 2
  }
  return sum / counts.length
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length / 2
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
  return { min: sorted[0], median, max: sorted[sorted.length - 1] }
}
