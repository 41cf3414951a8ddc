import type { Kernels } from '@hearsay/kernels'
import type { Invariant } from './invariant.ts'

/** What has a model for each peer: `GossipLearning`. */
export interface Modelled {
  /** Offset of the model of a peer in the memory of the kernels. */
  model(peer: number): number
}

/**
 * No weight of an honest peer's model is NaN or infinite.
 *
 * @param words - Words of a model.
 * @param attackers - 1 for each peer that is not looked at.
 */
export function weightsFinite(learning: Modelled, kernels: Kernels, words: number, attackers: Uint8Array): Invariant {
  return {
    name: 'weights finite',
    onEvent: ({ peer }) => {
      const norm = kernels.norm(learning.model(peer), words)
      return Number.isFinite(norm) || attackers[peer] === 1 ? undefined : `the norm of the model is ${norm}`
    },
  }
}
