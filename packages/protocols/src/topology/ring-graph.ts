import { UsageError } from '@hearsay/core'
import { StaticGraph } from '../static-graph.ts'

/**
 * A ring in which each peer's neighbours are the `degree`/2 next to it on either side; with an odd degree, which takes an even
 * number of peers, the one opposite as well. Undirected and connected.
 *
 * @param peers - Number of peers.
 * @param degree - 2 ≤ degree < peers, or 1 for two peers.
 * @throws {@link UsageError} `DEGREE` when the degree does not fit.
 */
export function ringGraph(peers: number, degree: number): StaticGraph {
  const isFit = Number.isInteger(degree) && degree < peers && (degree > 1 || (degree === 1 && peers === 2))
  if (!isFit || (degree % 2 === 1 && peers % 2 === 1)) {
    throw new UsageError('DEGREE', `${peers} peers in a ring cannot have ${degree} neighbours each`)
  }
  const half = Math.floor(degree / 2)
  const neighbours = new Int32Array(peers * degree)
  let length = 0
  for (let peer = 0; peer < peers; peer++) {
    for (let step = 1; step <= half; step++) {
      neighbours[length++] = (peer + step) % peers
      neighbours[length++] = (peer - step + peers) % peers
    }
    if (degree % 2 === 1) neighbours[length++] = (peer + peers / 2) % peers
  }
  return new StaticGraph(
    Int32Array.from({ length: peers + 1 }, (_, peer) => peer * degree),
    neighbours,
  )
}
