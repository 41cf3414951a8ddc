import { ConfigurationError, type Random } from '@hearsay/core'
import type { Dataset, FeatureArray } from '../dataset.ts'
import { evenSizes } from '../shard-sizes.ts'
import { cut, rowsByClass, tooFewOfClass } from './shard-rows.ts'

/** Peer i holds rows of class i mod K alone (Hegedűs, Danner, Jelasity 2021). */
export function partitionByClass(dataset: Dataset<FeatureArray>, peers: number, random: Random): Int32Array[] {
  const classes = dataset.classNames.length
  if (peers < classes) {
    throw new ConfigurationError(
      'SHARDS_TOO_FEW',
      `${dataset.name} has ${classes} classes: shards by class need at least as many peers, not ${peers}`,
    )
  }
  const shards: Int32Array[] = new Array(peers)
  for (const [label, rows] of rowsByClass(dataset).entries()) {
    const holders = Math.ceil((peers - label) / classes)
    if (rows.length < holders) throw tooFewOfClass(dataset, label, rows.length, holders)
    random.shuffle(rows)
    const parts = cut(rows, evenSizes(rows.length, holders))
    for (const [index, part] of parts.entries()) shards[label + index * classes] = part
  }
  return shards
}
