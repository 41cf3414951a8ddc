import { ConfigurationError, type Random } from '@hearsay/core'
import type { Dataset, FeatureArray } from '../dataset.ts'

/** The indices of all rows in random order. */
export function shuffledRows(rows: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row)
  random.shuffle(order)
  return order
}

/** The rows of each class, in the order of the data set. */
export function rowsByClass({ labels, classNames }: Dataset<FeatureArray>): Int32Array[] {
  const rows: number[][] = classNames.map(() => [])
  for (let row = 0; row < labels.length; row++) rows[labels[row]].push(row)
  return rows.map((of) => Int32Array.from(of))
}

/** Consecutive pieces of the given sizes, which add up to at most all rows. */
export function cut(rows: Int32Array, sizes: ArrayLike<number>): Int32Array[] {
  let start = 0
  return Array.from(sizes, (size) => {
    start += size
    return rows.slice(start - size, start)
  })
}

/** Each peer's rows in random order. */
export function shuffledShards(shards: readonly (readonly number[])[], random: Random): Int32Array[] {
  return shards.map((rows) => {
    const shard = Int32Array.from(rows)
    random.shuffle(shard)
    return shard
  })
}

/** Shuffles `count` of the entries among their places. */
export function tradePlaces(rows: Int32Array, count: number, random: Random): void {
  const places = shuffledRows(rows.length, random).subarray(0, count)
  const traded = Int32Array.from(places, (place) => rows[place])
  random.shuffle(traded)
  for (const [index, place] of places.entries()) rows[place] = traded[index]
}

/** A {@link ConfigurationError} `SHARDS_TOO_MANY`. */
export function tooManyShards(name: string, rows: string, peers: string): ConfigurationError {
  return new ConfigurationError('SHARDS_TOO_MANY', `${name}: ${rows} cannot give each of ${peers} a row of its own`)
}

/** A {@link ConfigurationError} `SHARDS_TOO_MANY` for a class. */
export function tooFewOfClass(
  { name, classNames }: Dataset<FeatureArray>,
  label: number,
  rows: number,
  holders: number,
): ConfigurationError {
  const what = `${rows} row(s) of class ${JSON.stringify(classNames[label])}`
  return tooManyShards(name, what, `the ${holders} peers of that class`)
}
