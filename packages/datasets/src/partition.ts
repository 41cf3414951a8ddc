import { type Random, randomStream, UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray } from './dataset.ts'
import { partitionByClass } from './partition/by-class.ts'
import { partitionByColumn } from './partition/by-column.ts'
import { partitionByFeatures } from './partition/by-features.ts'
import { partitionByClassCount } from './partition/classes-per-peer.ts'
import { partitionByDirichlet } from './partition/dirichlet.ts'
import { cut, shuffledRows, tooManyShards } from './partition/shard-rows.ts'
import type { ShardOptions } from './shard-options.ts'
import { evenSizes, powerLawSizes } from './shard-sizes.ts'

/** How rows are dealt out, and what the draws follow from. */
export interface PartitionOptions extends ShardOptions {
  /** A safe integer ≥ 0. The same seed gives the same shards on every machine. */
  readonly seed: number
}

/**
 * Deals the rows out to peers: every row to exactly one peer, every peer at least one row. Within a shard the rows
 * stand in random order, for many files are sorted by class.
 *
 * @param peers - An integer ≥ 1.
 * @returns One array of row indices per peer.
 * @throws {@link UsageError} `PEERS_INVALID`, `EXPONENT_INVALID`, `CLASSES_PER_PEER`, `ALPHA_INVALID`, `SKEW_INVALID`;
 *   {@link ConfigurationError} `SHARDS_TOO_MANY` for more peers than rows (of a class), `SHARDS_TOO_FEW` for fewer peers
 *   than classes, `CLASSES_PER_PEER` for more than there are, `SHARDS_COLUMN` for a column that is no feature.
 */
export function partition(dataset: Dataset<FeatureArray>, peers: number, options: PartitionOptions): Int32Array[] {
  if (!Number.isSafeInteger(peers) || peers < 1) {
    throw new UsageError('PEERS_INVALID', `a number of peers is an integer ≥ 1, not ${peers}`)
  }
  const random = randomStream(options.seed)
  // What is short there is a class, and the error names it.
  if (options.kind === 'by-class') return partitionByClass(dataset, peers, random)
  if (options.kind === 'classes') return partitionByClassCount(dataset, peers, options.classesPerPeer ?? 2, random)
  if (dataset.rows < peers) throw tooManyShards(dataset.name, `${dataset.rows} row(s)`, `${peers} peers`)
  switch (options.kind) {
    case 'iid':
      return cut(shuffledRows(dataset.rows, random), evenSizes(dataset.rows, peers))
    case 'by-size':
      return partitionBySize(dataset.rows, peers, options.exponent ?? 1, random)
    case 'dirichlet':
      return partitionByDirichlet(dataset, peers, options.alpha ?? 0.5, random)
    case 'by-features':
      return partitionByFeatures(dataset, peers, options.skew ?? 1, random)
    case 'by-column':
      return partitionByColumn(dataset, peers, options.column, random)
  }
}

function partitionBySize(rows: number, peers: number, exponent: number, random: Random): Int32Array[] {
  if (!(exponent >= 0 && exponent <= 8)) {
    throw new UsageError('EXPONENT_INVALID', `the exponent of shards by size lies in 0 … 8, not at ${exponent}`)
  }
  const order = shuffledRows(rows, random)
  const sizes = powerLawSizes(rows, peers, exponent)
  random.shuffle(sizes)
  return cut(order, sizes)
}
