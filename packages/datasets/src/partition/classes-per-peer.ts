import { ConfigurationError, type Random, UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray } from '../dataset.ts'
import { evenSizes } from '../shard-sizes.ts'
import { cut, rowsByClass, shuffledShards, tooFewOfClass } from './shard-rows.ts'

/**
 * Every peer holds rows of exactly `count` classes, drawn at random so that each class has about as many holders, and
 * those who hold a class share its rows equally (as in McMahan et al. 2017, where two of ten classes are dealt out).
 */
export function partitionByClassCount(
  dataset: Dataset<FeatureArray>,
  peers: number,
  count: number,
  random: Random,
): Int32Array[] {
  const { name, classNames } = dataset
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError('CLASSES_PER_PEER', `a number of classes per peer is an integer ≥ 1, not ${count}`)
  }
  if (count > classNames.length) {
    const problem = `a peer cannot hold rows of ${count} classes: ${name} has ${classNames.length}`
    throw new ConfigurationError('CLASSES_PER_PEER', problem)
  }
  if (peers * count < classNames.length) {
    const problem = `${peers} peers of ${count} class(es) each cannot hold the ${classNames.length} classes of ${name}`
    throw new ConfigurationError('SHARDS_TOO_FEW', `${problem}: take more peers or more classes per peer`)
  }
  const holders = dealClasses(classNames.length, peers, count, random)
  const shards: number[][] = Array.from({ length: peers }, () => [])
  for (const [label, rows] of rowsByClass(dataset).entries()) {
    if (rows.length < holders[label].length) throw tooFewOfClass(dataset, label, rows.length, holders[label].length)
    random.shuffle(rows)
    const parts = cut(rows, evenSizes(rows.length, holders[label].length))
    for (const [index, part] of parts.entries()) {
      const shard = shards[holders[label][index]]
      // Not as arguments of one call: the stack has room for some 10⁵ of them.
      for (const row of part) shard.push(row)
    }
  }
  return shuffledShards(shards, random)
}

/**
 * Who holds each class. Classes are dealt like cards, from one shuffled deck of all classes after the other; a peer
 * leaves a class that it has for the next peer.
 */
function dealClasses(classes: number, peers: number, count: number, random: Random): number[][] {
  const holders: number[][] = Array.from({ length: classes }, () => [])
  const deck: number[] = []
  for (let peer = 0; peer < peers; peer++) {
    const own = new Set<number>()
    while (own.size < count) {
      let at = deck.findIndex((label) => !own.has(label))
      if (at === -1) {
        at = deck.length
        const fresh = Array.from({ length: classes }, (_, label) => label)
        random.shuffle(fresh)
        deck.push(...fresh)
        while (own.has(deck[at])) at++
      }
      const [label] = deck.splice(at, 1)
      own.add(label)
      holders[label].push(peer)
    }
  }
  return holders
}
