/** A directed graph over the peers 0 … starts.length − 2 in compressed sparse rows, as `StaticGraph` holds it too. */
export interface Overlay {
  /** The out-neighbours of peer i are neighbours[starts[i]] … neighbours[starts[i + 1] − 1], all different. */
  readonly starts: Int32Array
  readonly neighbours: Int32Array
}

/** What has views: all peer samplers that gossip. */
export interface Viewing {
  /** The peers in the view of a hosted peer. */
  view(peer: number): readonly number[]
}

/** The overlay that the views of all peers make now. */
export function overlayOf(peers: number, sampler: Viewing): Overlay {
  const starts = new Int32Array(peers + 1)
  const neighbours: number[] = []
  for (let peer = 0; peer < peers; peer++) {
    for (const other of sampler.view(peer)) neighbours.push(other)
    starts[peer + 1] = neighbours.length
  }
  return { starts, neighbours: Int32Array.from(neighbours) }
}

/** Who knows or is known by whom: each link once in both directions. */
export function undirected({ starts, neighbours }: Overlay): Overlay {
  const peers = starts.length - 1
  const sets = Array.from({ length: peers }, () => new Set<number>())
  for (let peer = 0; peer < peers; peer++) {
    for (let i = starts[peer]; i < starts[peer + 1]; i++) {
      sets[peer].add(neighbours[i])
      sets[neighbours[i]].add(peer)
    }
  }
  return overlayOf(peers, { view: (peer) => [...sets[peer]] })
}

/** The links between the peers that `isAlive`, the others being there without any. */
export function restrictedTo({ starts, neighbours }: Overlay, isAlive: (peer: number) => boolean): Overlay {
  return overlayOf(starts.length - 1, {
    view: (peer) => (isAlive(peer) ? [...neighbours.subarray(starts[peer], starts[peer + 1])].filter(isAlive) : []),
  })
}
