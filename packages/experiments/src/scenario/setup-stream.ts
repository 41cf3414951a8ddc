import { type Random, randomStream } from '@hearsay/core'
import { Purpose } from '@hearsay/simulator'

const STREAMS = {
  overlay: 0,
  shards: 1,
  split: 2,
  network: 3,
  churn: 4,
  centralised: 5,
  speeds: 6,
  values: 7,
  weights: 8,
} as const

/** What one part of the setup draws from: changing one part leaves the others as they were. */
export function setupStream(seed: number, part: keyof typeof STREAMS): Random {
  return randomStream(seed, STREAMS[part], Purpose.setup)
}

/** The seed of a part of the setup that takes a seed. */
export function setupSeed(seed: number, part: keyof typeof STREAMS): number {
  return setupStream(seed, part).uint32()
}
