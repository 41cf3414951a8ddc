import { type Random, randomStream, UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray } from '../dataset.ts'
import { evenSizes } from '../shard-sizes.ts'
import { cut, rowsByClass, shuffledRows, shuffledShards, tooManyShards, tradePlaces } from './shard-rows.ts'

/** How strongly classes follow ranks. */
export interface RankOptions {
  /**
   * From 0, where rows are dealt out at random, to 1, where they are dealt out class by class: of all rows, the share
   * 1 − strength trades places at random.
   */
  readonly strength: number
  /** A safe integer ≥ 0. The same seed gives the same shards on every machine. */
  readonly seed: number
}

/**
 * Deals the rows out in equal shares such that a row's class depends on something that is known of its peer, such as its
 * degree or its speed: rows of class 0 go to the peers of the lowest rank, those of the last class to the peers of the
 * highest. Which class a peer of average rank gets follows from how many rows each class has.
 *
 * @param ranks - One number per peer, at least one; peers with the same are taken in random order.
 * @returns One array of row indices per peer, in random order.
 * @throws {@link UsageError} `RANKS`; {@link ConfigurationError} `SHARDS_TOO_MANY` for more peers than rows.
 */
export function assignByRank(
  dataset: Dataset<FeatureArray>,
  ranks: ArrayLike<number>,
  { strength, seed }: RankOptions,
): Int32Array[] {
  const peers = ranks.length
  if (peers < 1 || Array.from(ranks).some(Number.isNaN)) {
    throw new UsageError('RANKS', 'ranks are numbers, one for each of at least one peer')
  }
  if (!(strength >= 0 && strength <= 1)) {
    throw new UsageError('RANKS', `the strength of a correlation lies in 0 … 1, not at ${strength}`)
  }
  if (dataset.rows < peers) throw tooManyShards(dataset.name, `${dataset.rows} row(s)`, `${peers} peers`)
  const random = randomStream(seed)
  const rows = sortedByClass(dataset, random)
  tradePlaces(rows, Math.round((1 - strength) * rows.length), random)
  const pieces = cut(rows, evenSizes(rows.length, peers))
  const shards: number[][] = new Array(peers)
  for (const [place, peer] of ascending(ranks, random).entries()) shards[peer] = [...pieces[place]]
  return shuffledShards(shards, random)
}

function sortedByClass(dataset: Dataset<FeatureArray>, random: Random): Int32Array {
  const rows = new Int32Array(dataset.rows)
  let length = 0
  for (const of of rowsByClass(dataset)) {
    random.shuffle(of)
    rows.set(of, length)
    length += of.length
  }
  return rows
}

/** The peers by rank, equals in random order. */
function ascending(ranks: ArrayLike<number>, random: Random): Int32Array {
  const peers = shuffledRows(ranks.length, random)
  const place = new Int32Array(ranks.length)
  for (const [index, peer] of peers.entries()) place[peer] = index
  return peers.sort((a, b) => ranks[a] - ranks[b] || place[a] - place[b])
}
