import { type Random, UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray } from '../dataset.ts'
import { dirichletShares } from './gamma.ts'
import { rowsByClass, shuffledShards } from './shard-rows.ts'

/** Bounds of α: below, one peer has it all; above, all have the same. */
export const ALPHA_MIN = 0.001
export const ALPHA_MAX = 1e6

/**
 * The rows of each class are dealt out in shares drawn from Dirichlet(α) (Yurochkin et al. 2019; "distribution-based
 * label imbalance" of Li et al. 2022). A peer that comes away empty takes a row of one who has most.
 */
export function partitionByDirichlet(
  dataset: Dataset<FeatureArray>,
  peers: number,
  alpha: number,
  random: Random,
): Int32Array[] {
  if (!(alpha >= ALPHA_MIN && alpha <= ALPHA_MAX)) {
    throw new UsageError(
      'ALPHA_INVALID',
      `α of a Dirichlet distribution lies in ${ALPHA_MIN} … ${ALPHA_MAX}, not at ${alpha}`,
    )
  }
  const shards: number[][] = Array.from({ length: peers }, () => [])
  for (const rows of rowsByClass(dataset)) {
    random.shuffle(rows)
    const shares = dirichletShares(peers, alpha, random)
    let dealt = 0
    let sum = 0
    for (let peer = 0; peer < peers; peer++) {
      sum += shares[peer]
      const end = peer === peers - 1 ? rows.length : Math.min(rows.length, Math.round(sum * rows.length))
      while (dealt < end) shards[peer].push(rows[dealt++])
    }
  }
  fillEmpty(shards, random)
  return shuffledShards(shards, random)
}

/** Takes random rows off those who have most, one at a time, until nobody has none. There are at least as many rows as peers. */
function fillEmpty(shards: readonly number[][], random: Random): void {
  const empty = shards.filter((rows) => rows.length === 0)
  const donors = shards.filter((rows) => rows.length > 0).sort((a, b) => b.length - a.length)
  // The first `level` donors have equally many rows whenever a round over them begins.
  let level = 1
  let next = 0
  for (const rows of empty) {
    if (next === 0) while (level < donors.length && donors[level].length >= donors[0].length) level++
    const donor = donors[next]
    const at = random.below(donor.length)
    rows.push(donor[at])
    donor[at] = donor[donor.length - 1]
    donor.pop()
    next = (next + 1) % level
  }
}
