import { ConfigurationError } from '@hearsay/core'
import { shardOptions } from '@hearsay/datasets'
import { buildGraph } from './overlay.ts'
import type { Correlation, ScenarioOptions } from './scenario-options.ts'
import { buildPeriodFactors } from './speeds.ts'

/** Why classes cannot depend on peers in this way; `undefined` where they can. */
function correlationProblem(options: ScenarioOptions): string | undefined {
  const { correlate, overlay, speeds, rowsPerPeer, shards } = options
  if (correlate === undefined) return undefined
  if (!(correlate.strength >= 0 && correlate.strength <= 1)) {
    return `the strength of a correlation lies in 0 … 1, not at ${correlate.strength}`
  }
  if (shardOptions(shards).kind !== 'iid' || rowsPerPeer !== undefined) {
    return 'a correlation says itself who gets which rows: it needs iid shards, and no rows per peer'
  }
  if (correlate.with === 'speed' && speeds === undefined)
    return 'rows cannot follow speeds where all peers have the same'
  if (correlate.with === 'degree' && overlay !== 'scale-free' && overlay !== 'random') {
    return `rows cannot follow degrees in a ${overlay} overlay: take scale-free or random`
  }
  return undefined
}

/** @throws {@link ConfigurationError} `CORRELATE` where classes cannot depend on peers in this way. */
export function checkCorrelation(options: ScenarioOptions): void {
  const problem = correlationProblem(options)
  if (problem !== undefined) throw new ConfigurationError('CORRELATE', problem)
}

/** What rows follow, for each peer: its degree, or its speed. */
export function ranksOf(options: ScenarioOptions, correlate: Correlation): Float64Array {
  const { peers, overlay } = options
  if (correlate.with === 'degree' && (overlay === 'scale-free' || overlay === 'random')) {
    const graph = buildGraph(options, overlay)
    return Float64Array.from({ length: peers }, (_, peer) => graph.degree(peer))
  }
  const factors = buildPeriodFactors(options) ?? new Float64Array(peers).fill(1)
  return factors.map((factor) => 1 / factor)
}
