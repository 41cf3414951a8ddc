import { type Context, NOBODY, type PeerSampler, UsageError } from '@hearsay/core'

/** An oracle that knows the peers 0 … peers − 1 and draws one of the others, uniformly. */
export class UniformSampler implements PeerSampler {
  readonly #peers: number

  /** @param peers - Number of peers, ≥ 1. */
  constructor(peers: number) {
    if (!Number.isInteger(peers) || peers < 1) throw new UsageError('PEERS', `peers is an integer ≥ 1, not ${peers}`)
    this.#peers = peers
  }

  selectPeer(context: Context): number {
    if (this.#peers < 2) return NOBODY
    const drawn = context.random.below(this.#peers - 1)
    return drawn < context.self ? drawn : drawn + 1
  }
}
