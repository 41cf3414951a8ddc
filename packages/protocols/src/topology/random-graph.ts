import { naturalLogarithm, type Random, UsageError } from '@hearsay/core'
import type { StaticGraph } from '../static-graph.ts'
import { graphOfEdges } from './graph-of-edges.ts'

/**
 * An undirected random graph (Erdős–Rényi, G(n, p)): every pair of peers is joined with the same probability. Degrees are
 * binomial; a peer has no neighbour at all with a probability of about e^−degree. Pairs are skipped, not tried one by one
 * (Batagelj and Brandes, "Efficient generation of large random networks", 2005).
 *
 * @param peers - Number of peers.
 * @param degree - Mean number of neighbours, 0 ≤ degree ≤ peers − 1; it may have a fraction.
 * @throws {@link UsageError} `DEGREE` when the degree does not fit.
 */
export function randomGraph(peers: number, degree: number, random: Random): StaticGraph {
  if (!(degree >= 0 && degree <= Math.max(peers - 1, 0))) {
    throw new UsageError('DEGREE', `${peers} peers cannot have ${degree} neighbours in the mean`)
  }
  const edges: number[] = []
  const probability = peers < 2 ? 0 : degree / (peers - 1)
  const logMissing = naturalLogarithm(1 - probability)
  let low = -1
  for (let high = 1; high < peers && probability > 0;) {
    low += 1 + (probability < 1 ? Math.floor(naturalLogarithm(1 - random.float64()) / logMissing) : 0)
    while (low >= high && high < peers) {
      low -= high
      high++
    }
    if (high < peers) edges.push(high, low)
  }
  return graphOfEdges(peers, edges)
}
