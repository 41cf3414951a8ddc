import { type Context, NOBODY, type PeerSampler, type Random, UsageError } from '@hearsay/core'

/** A fixed overlay: a peer draws one of its out-neighbours, uniformly. Held as compressed sparse rows. */
export class StaticGraph implements PeerSampler {
  /** The out-neighbours of peer i are neighbours[starts[i]] … neighbours[starts[i + 1] − 1]. */
  readonly starts: Int32Array
  readonly neighbours: Int32Array

  /** @throws {@link UsageError} when the arrays do not describe a graph without loops over `starts.length − 1` peers. */
  constructor(starts: Int32Array, neighbours: Int32Array) {
    const peers = starts.length - 1
    let sound = peers >= 0 && starts[0] === 0 && starts[peers] === neighbours.length
    for (let peer = 0; peer < peers && sound; peer++) {
      sound = starts[peer] <= starts[peer + 1] && !neighbours.subarray(starts[peer], starts[peer + 1]).includes(peer)
    }
    if (!sound || neighbours.some((peer) => !(peer >= 0 && peer < peers))) {
      throw new UsageError('GRAPH', 'the arrays are not the compressed sparse rows of a graph without loops')
    }
    this.starts = starts
    this.neighbours = neighbours
  }

  /** Number of a peer's out-neighbours. */
  degree(peer: number): number {
    return this.starts[peer + 1] - this.starts[peer]
  }

  selectPeer(context: Context): number {
    const start = this.starts[context.self]
    const degree = this.starts[context.self + 1] - start
    return degree === 0 ? NOBODY : this.neighbours[start + context.random.below(degree)]
  }
}

/**
 * A random graph in which each peer has `degree` out-neighbours, all different and none of them itself.
 *
 * @param peers - Number of peers.
 * @param degree - Out-neighbours of each peer, 0 ≤ degree < peers.
 * @throws {@link UsageError} when the degree does not fit.
 */
export function randomOutGraph(peers: number, degree: number, random: Random): StaticGraph {
  if (!Number.isInteger(degree) || degree < 0 || degree >= Math.max(peers, 1)) {
    throw new UsageError('DEGREE', `each of ${peers} peers cannot have ${degree} others as out-neighbours`)
  }
  const starts = Int32Array.from({ length: peers + 1 }, (_, peer) => peer * degree)
  const neighbours = new Int32Array(peers * degree)
  const drawnFor = new Int32Array(peers).fill(-1)
  for (let peer = 0; peer < peers; peer++) {
    drawnFor[peer] = peer
    // Floyd's sampling of `degree` out of the peers: no retries, so dense graphs cost no more than sparse ones.
    for (let i = 0, top = peers - 1 - degree; i < degree; i++, top++) {
      const drawn = random.below(top + 1)
      const other = drawn < peer ? drawn : drawn + 1
      const last = top < peer ? top : top + 1
      const chosen = drawnFor[other] === peer ? last : other
      drawnFor[chosen] = peer
      neighbours[peer * degree + i] = chosen
    }
  }
  return new StaticGraph(starts, neighbours)
}
