import { type Context, NOBODY, type PeerSampler, UsageError } from '@hearsay/core'

/**
 * Draws one of the other members of the asking peer's group, uniformly: peers 0 … size − 1 are the first group, the next
 * `size` the second, and so on. A population of many groups is as many independent experiments in one run.
 */
export class GroupSampler implements PeerSampler {
  readonly size: number

  /** @param size - Peers of a group, ≥ 1. The population is a whole number of groups. */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1) throw new UsageError('GROUP', `a group has ≥ 1 peers, not ${size}`)
    this.size = size
  }

  selectPeer(context: Context): number {
    if (this.size < 2) return NOBODY
    const first = Math.floor(context.self / this.size) * this.size
    const drawn = first + context.random.below(this.size - 1)
    return drawn < context.self ? drawn : drawn + 1
  }
}
