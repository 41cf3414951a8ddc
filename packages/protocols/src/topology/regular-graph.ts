import type { Random } from '@hearsay/core'
import { StaticGraph } from '../static-graph.ts'
import { ringGraph } from './ring-graph.ts'

/** Tries to swap, per edge: enough for what can be seen of the graph to forget where it came from (Milo et al. 2003). */
const SWAPS_PER_EDGE = 10

/**
 * A random undirected graph in which every peer has exactly `degree` neighbours: a ring whose edges have swapped ends at random
 * many times (Milo, Kashtan, Itzkovitz, Newman, Alon, "On the uniform generation of random graphs with prescribed degree
 * sequences", 2003). With a degree of 3 or more it is almost surely connected.
 *
 * @param peers - Number of peers; even where the degree is odd.
 * @param degree - 2 ≤ degree < peers, or 1 for two peers.
 * @throws {@link UsageError} `DEGREE` when the degree does not fit.
 */
export function regularGraph(peers: number, degree: number, random: Random): StaticGraph {
  const { starts, neighbours } = ringGraph(peers, degree)
  const attempts = (SWAPS_PER_EDGE * peers * degree) / 2
  for (let attempt = 0; attempt < attempts; attempt++) {
    swapEnds(neighbours, degree, random.below(neighbours.length), random.below(neighbours.length))
  }
  return new StaticGraph(starts, neighbours)
}

/** Makes edges a–b, c–d, named by where b and d stand, into a–d, c–b, unless that gives a loop or an edge that is there. */
function swapEnds(neighbours: Int32Array, degree: number, first: number, second: number): void {
  const a = Math.floor(first / degree)
  const c = Math.floor(second / degree)
  const b = neighbours[first]
  const d = neighbours[second]
  if (a === c || b === d || a === d || b === c) return
  if (place(neighbours, degree, a, d) !== -1 || place(neighbours, degree, c, b) !== -1) return
  neighbours[place(neighbours, degree, b, a)] = c
  neighbours[place(neighbours, degree, d, c)] = a
  neighbours[first] = d
  neighbours[second] = b
}

/** Where `other` stands among the neighbours of `peer`; −1 if it is none of them. */
function place(neighbours: Int32Array, degree: number, peer: number, other: number): number {
  for (let index = peer * degree; index < (peer + 1) * degree; index++) if (neighbours[index] === other) return index
  return -1
}
