import { type Random, UsageError } from '@hearsay/core'
import type { StaticGraph } from '../static-graph.ts'
import { graphOfEdges } from './graph-of-edges.ts'

/**
 * An undirected scale-free graph that grew by preferential attachment (Barabási and Albert, "Emergence of scaling in random
 * networks", 1999): to a complete graph of `edges` + 1 peers, one peer after the other is joined by `edges` edges to
 * different peers that are there, each drawn in proportion to its degree. Degrees are at least `edges`, 2 · `edges` in the
 * mean, and the share of peers with a degree of k or more falls like k⁻². It is connected. The peers with the lowest numbers
 * are the hubs.
 *
 * @param peers - Number of peers.
 * @param edges - m: edges that a peer brings, 1 ≤ m < peers.
 * @throws {@link UsageError} `DEGREE` when m does not fit.
 */
export function scaleFreeGraph(peers: number, edges: number, random: Random): StaticGraph {
  if (!Number.isInteger(edges) || edges < 1 || edges >= peers) {
    throw new UsageError('DEGREE', `a scale-free graph of ${peers} peers cannot grow by ${edges} edges a peer`)
  }
  const core = edges + 1
  // A peer stands here as often as it has edges: to draw an entry is to draw in proportion to the degree.
  const ends = new Int32Array(edges * core + 2 * edges * (peers - core))
  let length = 0
  for (let a = 0; a < core; a++) {
    for (let b = 0; b < a; b++) {
      ends[length++] = a
      ends[length++] = b
    }
  }
  const drawnFor = new Int32Array(peers)
  for (let peer = core; peer < peers; peer++) {
    const before = length
    while (length < before + 2 * edges) {
      const other = ends[random.below(before)]
      if (drawnFor[other] === peer) continue
      drawnFor[other] = peer
      ends[length++] = peer
      ends[length++] = other
    }
  }
  return graphOfEdges(peers, ends)
}
