import { type Overlay, undirected } from './overlay.ts'

/** How many views each peer is in. */
export function inDegrees({ starts, neighbours }: Overlay): Int32Array {
  const degrees = new Int32Array(starts.length - 1)
  for (const peer of neighbours) degrees[peer]++
  return degrees
}

/** Mean and standard deviation of a distribution of degrees. */
export function spreadOf(degrees: Int32Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0
  let squares = 0
  for (const degree of degrees) {
    sum += degree
    squares += degree * degree
  }
  const mean = sum / degrees.length
  return { mean, deviation: Math.sqrt(Math.max(0, squares / degrees.length - mean * mean)) }
}

/**
 * The clustering coefficient: the mean share of a peer's pairs of neighbours that are neighbours of each other, links taken
 * as undirected. A peer with fewer than two neighbours counts as 0.
 *
 * @param every - Only every so manyth peer is looked at. Default 1: all.
 */
export function clusteringCoefficient(overlay: Overlay, every = 1): number {
  const { starts, neighbours } = undirected(overlay)
  const peers = starts.length - 1
  const markedFor = new Int32Array(peers).fill(-1)
  let sum = 0
  let looked = 0
  for (let peer = 0; peer < peers; peer += every, looked++) {
    const degree = starts[peer + 1] - starts[peer]
    if (degree < 2) continue
    const own = neighbours.subarray(starts[peer], starts[peer + 1])
    for (const other of own) markedFor[other] = peer
    let links = 0
    for (const other of own) {
      for (let i = starts[other]; i < starts[other + 1]; i++) if (markedFor[neighbours[i]] === peer) links++
    }
    sum += links / (degree * (degree - 1))
  }
  return looked === 0 ? 0 : sum / looked
}

/** Distances from some peers to all that they reach. */
export interface Paths {
  /** Mean hops to another peer; 0 where none is reached. */
  readonly mean: number
  /** The fewest peers that one of the sources reaches, itself included. */
  readonly reached: number
}

/** Path lengths from a sample of sources, links taken as undirected. */
export function pathLengths(overlay: Overlay, sources: Iterable<number>): Paths {
  const graph = undirected(overlay)
  const hops = new Int32Array(graph.starts.length - 1)
  let sum = 0
  let pairs = 0
  let fewest = Number.POSITIVE_INFINITY
  for (const source of sources) {
    const order = breadthFirst(graph, source, hops)
    for (const peer of order) sum += hops[peer]
    pairs += order.length - 1
    fewest = Math.min(fewest, order.length)
  }
  return { mean: pairs === 0 ? 0 : sum / pairs, reached: fewest }
}

/** The share of the links of living peers that lead to dead ones; 0 where there are no links. */
export function deadLinks({ starts, neighbours }: Overlay, isAlive: (peer: number) => boolean): number {
  let links = 0
  let dead = 0
  for (let peer = 0; peer < starts.length - 1; peer++) {
    if (!isAlive(peer)) continue
    links += starts[peer + 1] - starts[peer]
    for (let i = starts[peer]; i < starts[peer + 1]; i++) if (!isAlive(neighbours[i])) dead++
  }
  return links === 0 ? 0 : dead / links
}

/** The sizes of the connected components, links taken as undirected, the largest first. One is a connected overlay. */
export function componentSizes(overlay: Overlay): number[] {
  const graph = undirected(overlay)
  const peers = graph.starts.length - 1
  const hops = new Int32Array(peers)
  const found = new Uint8Array(peers)
  const sizes: number[] = []
  for (let peer = 0; peer < peers; peer++) {
    if (found[peer] === 1) continue
    const component = breadthFirst(graph, peer, hops)
    for (const member of component) found[member] = 1
    sizes.push(component.length)
  }
  return sizes.sort((a, b) => b - a)
}

/** The peers that `source` reaches, in the order of their distance, which is written to `hops`. */
function breadthFirst({ starts, neighbours }: Overlay, source: number, hops: Int32Array): number[] {
  hops.fill(-1)
  hops[source] = 0
  const order = [source]
  for (const peer of order) {
    for (let i = starts[peer]; i < starts[peer + 1]; i++) {
      const other = neighbours[i]
      if (hops[other] >= 0) continue
      hops[other] = hops[peer] + 1
      order.push(other)
    }
  }
  return order
}
