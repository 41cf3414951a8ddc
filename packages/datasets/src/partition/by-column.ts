import { ConfigurationError, type Random } from '@hearsay/core'
import type { Dataset, FeatureArray } from '../dataset.ts'
import { listNames, suggestion } from '../nearest.ts'
import { evenSizes } from '../shard-sizes.ts'
import { cut, shuffledRows, shuffledShards } from './shard-rows.ts'

/**
 * Rows with the same value in a column, such as the number of the person who wrote them, go to the same peer, or to peers
 * that hold no other value where there are more peers than values. Where there are more values, each goes as a whole to
 * the peer that has fewest rows by then, the most frequent ones first. The column stays a feature.
 *
 * @param column - Name of a feature, or its index from 0.
 */
export function partitionByColumn(
  dataset: Dataset<FeatureArray>,
  peers: number,
  column: string | number | undefined,
  random: Random,
): Int32Array[] {
  const groups = groupRows(dataset, findColumn(dataset, column))
  const order = shuffledRows(peers, random)
  const shards = groups.length < peers ? splitGroups(groups, peers, random) : gatherGroups(groups, peers)
  return shuffledShards(
    Array.from(order, (shard) => shards[shard]),
    random,
  )
}

function findColumn({ name, featureNames }: Dataset<FeatureArray>, column: string | number | undefined): number {
  const named = typeof column === 'string' ? featureNames.indexOf(column) : -1
  if (named !== -1) return named
  const index = typeof column === 'string' && /^\d+$/.test(column) ? Number(column) : column
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < featureNames.length) return index
  const hint = suggestion(String(column ?? ''), featureNames)
  const what =
    column === undefined ? 'no column is named to deal rows out by' : `no feature ${JSON.stringify(column)}${hint}`
  throw new ConfigurationError('SHARDS_COLUMN', `${name}: ${what}; the features are ${listNames(featureNames)}`)
}

/** The rows of each value, the most frequent values first. */
function groupRows({ features, featureNames, rows }: Dataset<FeatureArray>, column: number): number[][] {
  const groups = new Map<number, number[]>()
  for (let row = 0; row < rows; row++) {
    const value = features[row * featureNames.length + column]
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [row])
    else group.push(row)
  }
  return [...groups.values()].sort((a, b) => b.length - a.length || a[0] - b[0])
}

function gatherGroups(groups: readonly (readonly number[])[], peers: number): number[][] {
  const shards: number[][] = Array.from({ length: peers }, () => [])
  // A binary heap of peers, the one with fewest rows at the top.
  const heap = Array.from({ length: peers }, (_, peer) => peer)
  const isLess = (a: number, b: number): boolean =>
    shards[a].length < shards[b].length || (shards[a].length === shards[b].length && a < b)
  for (const group of groups) {
    for (const row of group) shards[heap[0]].push(row)
    for (let at = 0; ;) {
      let child = 2 * at + 1
      if (child + 1 < peers && isLess(heap[child + 1], heap[child])) child++
      if (child >= peers || !isLess(heap[child], heap[at])) break
      const swapped = heap[at]
      heap[at] = heap[child]
      heap[child] = swapped
      at = child
    }
  }
  return shards
}

/** Fewer values than peers: each value has as many peers as its share of the rows says, and at least one. */
function splitGroups(groups: readonly (readonly number[])[], peers: number, random: Random): number[][] {
  const holders = groups.map(() => 1)
  for (let left = peers - groups.length; left > 0; left--) {
    let most = 0
    for (let group = 1; group < groups.length; group++) {
      if (groups[group].length * holders[most] > groups[most].length * holders[group]) most = group
    }
    holders[most]++
  }
  return groups.flatMap((rows, group) => {
    const shuffled = Int32Array.from(rows)
    random.shuffle(shuffled)
    return cut(shuffled, evenSizes(rows.length, holders[group])).map((part) => [...part])
  })
}
