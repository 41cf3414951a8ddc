import type { StaticGraph } from '../static-graph.ts'

/** Whether each out-neighbour of a peer has that peer as an out-neighbour too. */
export function isUndirected({ starts, neighbours }: StaticGraph): boolean {
  // What is turned around has its rows in ascending order, and so has what is turned around twice.
  const turned = turnedAround(starts, neighbours)
  const sorted = turnedAround(turned.starts, turned.neighbours)
  return isSame(turned.starts, sorted.starts) && isSame(turned.neighbours, sorted.neighbours)
}

interface Rows {
  readonly starts: Int32Array
  readonly neighbours: Int32Array
}

function turnedAround(starts: Int32Array, neighbours: Int32Array): Rows {
  const peers = starts.length - 1
  const turned = new Int32Array(starts.length)
  for (const peer of neighbours) turned[peer + 1]++
  for (let peer = 0; peer < peers; peer++) turned[peer + 1] += turned[peer]
  const next = turned.slice()
  const sources = new Int32Array(neighbours.length)
  for (let peer = 0; peer < peers; peer++) {
    for (let i = starts[peer]; i < starts[peer + 1]; i++) sources[next[neighbours[i]]++] = peer
  }
  return { starts: turned, neighbours: sources }
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.every((value, index) => value === b[index])
}
