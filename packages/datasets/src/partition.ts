import { ConfigurationError, type Random, randomStream, UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray } from './dataset.ts'
import { evenSizes, powerLawSizes } from './shard-sizes.ts'

/**
 * How rows are dealt out to peers:
 *
 * - `iid`: at random, in equal shares (sizes differ by at most one row);
 * - `by-class`: peer i holds only rows of class i mod K, the single-class assignment of Hegedűs, Danner, Jelasity 2021;
 *   the peers of a class share its rows equally;
 * - `by-size`: at random, in shares that follow a power law.
 */
export type ShardKind = 'iid' | 'by-class' | 'by-size'

export const SHARD_KINDS: readonly ShardKind[] = ['iid', 'by-class', 'by-size']

export interface PartitionOptions {
  readonly kind: ShardKind
  /** A safe integer ≥ 0. The same seed gives the same shards on every machine. */
  readonly seed: number
  /**
   * For `by-size`: the peer of rank r has one row, and of the others a share proportional to r^−exponent. In 0 … 8.
   * Ranks are dealt out at random.
   *
   * @defaultValue 1
   */
  readonly exponent?: number
}

/**
 * Deals the rows out to peers: every row to exactly one peer, every peer at least one row. Within a shard the rows
 * stand in random order, for many files are sorted by class.
 *
 * @param peers - An integer ≥ 1.
 * @returns One array of row indices per peer.
 * @throws {@link UsageError} `PEERS_INVALID`, `EXPONENT_INVALID`; {@link ConfigurationError} `SHARDS_TOO_MANY` for more
 *   peers than rows (of a class), `SHARDS_TOO_FEW` for fewer peers than classes by class.
 */
export function partition(dataset: Dataset<FeatureArray>, peers: number, options: PartitionOptions): Int32Array[] {
  if (!Number.isSafeInteger(peers) || peers < 1) {
    throw new UsageError('PEERS_INVALID', `a number of peers is an integer ≥ 1, not ${peers}`)
  }
  const random = randomStream(options.seed)
  if (options.kind === 'by-class') return partitionByClass(dataset, peers, random)
  if (dataset.rows < peers) throw tooManyShards(dataset.name, `${dataset.rows} row(s)`, `${peers} peers`)
  const rows = Int32Array.from({ length: dataset.rows }, (_, row) => row)
  random.shuffle(rows)
  if (options.kind === 'iid') return cut(rows, evenSizes(rows.length, peers))
  const sizes = powerLawSizes(rows.length, peers, checkExponent(options.exponent ?? 1))
  random.shuffle(sizes)
  return cut(rows, sizes)
}

function partitionByClass(dataset: Dataset<FeatureArray>, peers: number, random: Random): Int32Array[] {
  const classes = dataset.classNames.length
  if (peers < classes) {
    throw new ConfigurationError(
      'SHARDS_TOO_FEW',
      `${dataset.name} has ${classes} classes: shards by class need at least as many peers, not ${peers}`,
    )
  }
  const shards: Int32Array[] = new Array(peers)
  for (let label = 0; label < classes; label++) {
    const rows = rowsOfClass(dataset.labels, label)
    const holders = Math.ceil((peers - label) / classes)
    if (rows.length < holders) {
      const name = JSON.stringify(dataset.classNames[label])
      throw tooManyShards(dataset.name, `${rows.length} row(s) of class ${name}`, `the ${holders} peers of that class`)
    }
    random.shuffle(rows)
    const parts = cut(rows, evenSizes(rows.length, holders))
    for (const [index, part] of parts.entries()) shards[label + index * classes] = part
  }
  return shards
}

function rowsOfClass(labels: Int32Array, label: number): Int32Array {
  const rows: number[] = []
  for (let row = 0; row < labels.length; row++) if (labels[row] === label) rows.push(row)
  return Int32Array.from(rows)
}

function cut(rows: Int32Array, sizes: Int32Array): Int32Array[] {
  let start = 0
  return Array.from(sizes, (size) => {
    start += size
    return rows.slice(start - size, start)
  })
}

function checkExponent(exponent: number): number {
  if (exponent >= 0 && exponent <= 8) return exponent
  throw new UsageError('EXPONENT_INVALID', `the exponent of shards by size lies in 0 … 8, not at ${exponent}`)
}

function tooManyShards(name: string, rows: string, peers: string): ConfigurationError {
  return new ConfigurationError('SHARDS_TOO_MANY', `${name}: ${rows} cannot give each of ${peers} a row of its own`)
}
