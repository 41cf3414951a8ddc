import { type Context, NOBODY, type PeerSampler } from '@hearsay/core'
import type { StaticGraph } from '@hearsay/protocols'

/** Whether a peer is online now. */
export type Liveness = (peer: number) => boolean

/**
 * A fixed overlay in which peers know who of their out-neighbours is online, and draw one of those uniformly: what the
 * simulations of Hegedűs, Danner, Jelasity 2021 assume.
 */
export class OnlineNeighbours implements PeerSampler {
  readonly #graph: StaticGraph
  readonly #isOnline: Liveness

  constructor(graph: StaticGraph, isOnline: Liveness) {
    this.#graph = graph
    this.#isOnline = isOnline
  }

  selectPeer(context: Context): number {
    const { starts, neighbours } = this.#graph
    const [start, end] = [starts[context.self], starts[context.self + 1]]
    let online = 0
    for (let i = start; i < end; i++) if (this.#isOnline(neighbours[i])) online++
    if (online === 0) return NOBODY
    let drawn = context.random.below(online)
    for (let i = start; ; i++) if (this.#isOnline(neighbours[i]) && drawn-- === 0) return neighbours[i]
  }
}
