import { StaticGraph } from '../static-graph.ts'

/**
 * The undirected graph with these edges: each end is a neighbour of the other. Neighbours stand in the order of the edges.
 *
 * @param edges - The two ends of each edge, one edge after the other; no edge twice.
 * @throws {@link UsageError} `GRAPH` where an end is no peer, or both are the same.
 */
export function graphOfEdges(peers: number, edges: ArrayLike<number>): StaticGraph {
  const starts = new Int32Array(peers + 1)
  for (let i = 0; i < edges.length; i++) starts[edges[i] + 1]++
  for (let peer = 0; peer < peers; peer++) starts[peer + 1] += starts[peer]
  const next = starts.slice(0, peers)
  const neighbours = new Int32Array(edges.length).fill(-1)
  for (let i = 0; i < edges.length; i += 2) {
    neighbours[next[edges[i]]++] = edges[i + 1]
    neighbours[next[edges[i + 1]]++] = edges[i]
  }
  return new StaticGraph(starts, neighbours)
}
