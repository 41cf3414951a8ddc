import { ConfigurationError } from '@hearsay/core'
import { assignByRank, type Dataset, formatShards, partition, shardOptions } from '@hearsay/datasets'
import { checkCorrelation, ranksOf } from './correlation.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import { setupSeed, setupStream } from './setup-stream.ts'

/**
 * The rows of each peer.
 *
 * @throws {@link ConfigurationError} `ROWS_PER_PEER`, `CORRELATE`; what `partition` throws.
 */
export function assignRows(train: Dataset, options: ScenarioOptions): readonly Int32Array[] {
  const { peers, rowsPerPeer } = options
  const shards = shardOptions(options.shards)
  checkCorrelation(options)
  if (rowsPerPeer !== undefined) {
    if (shards.kind === 'iid') return assignCyclically(train.rows, rowsPerPeer, options)
    const kind = formatShards(shards)
    throw new ConfigurationError('ROWS_PER_PEER', `rows per peer are chosen for iid shards only, not for ${kind}`)
  }
  if (shards.kind !== 'by-class' && shards.kind !== 'classes' && peers > train.rows) {
    throw new ConfigurationError(
      'SHARDS_TOO_MANY',
      `${train.name} has ${train.rows} training rows for ${peers} peers: let peers share rows (rows ` +
        'per peer: rowsPerPeer in a file, --rows-per-peer), or run fewer peers',
    )
  }
  if (options.correlate !== undefined) {
    const { strength } = options.correlate
    return assignByRank(train, ranksOf(options, options.correlate), {
      strength,
      seed: setupSeed(options.seed, 'shards'),
    })
  }
  return partition(train, peers, { ...shards, seed: setupSeed(options.seed, 'shards') })
}

function assignCyclically(rows: number, rowsPerPeer: number, { peers, seed }: ScenarioOptions): Int32Array[] {
  const order = Int32Array.from({ length: rows }, (_, row) => row)
  setupStream(seed, 'shards').shuffle(order)
  return Array.from({ length: peers }, (_, peer) =>
    Int32Array.from({ length: rowsPerPeer }, (__, i) => order[(peer * rowsPerPeer + i) % rows]),
  )
}
