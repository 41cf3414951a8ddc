import { setImmediate } from 'node:timers/promises'
import type { Scenario } from '../scenario/scenario.ts'
import { distributionOf } from './distribution.ts'
import { bytesOf, peerTraffic } from './simulation-counts.ts'
import type { Measurement, Metric, PeerMeasurement } from './trial-result.ts'

/** What a learning trial measures. */
export const ERROR_METRIC: Metric = { name: 'error', label: '0–1 error on held-out rows', scale: 'linear' }

/** Peers that are evaluated before the event loop gets its turn. */
const SLICE_PEERS = 256

/** A run after its last cycle. Draws the peers that are evaluated. */
export async function measureScenario(scenario: Scenario, signal: AbortSignal | undefined): Promise<Measurement> {
  const { cycle, options, online, simulation, steps } = scenario
  const errors = await errorsOf(scenario, scenario.drawSample().slice(), signal)
  const { sent, words } = simulation.counters
  const { measured, ...distribution } = distributionOf(errors)
  return {
    ...distribution,
    ...{ cycle, timeMs: cycle * options.periodMs, measured, online },
    age: scenario.ageSum() / options.peers,
    messages: sent,
    bytes: bytesOf(sent, words, options),
    steps: steps?.reduce((sum, count) => sum + count, 0) ?? 0,
  }
}

/** Every peer of a run that counts, at its end. */
export async function measurePeers(scenario: Scenario, signal: AbortSignal | undefined): Promise<PeerMeasurement[]> {
  const { simulation, options, server, steps } = scenario
  const peers = Array.from({ length: options.peers }, (_, peer) => peer)
  const values = await errorsOf(scenario, peers, signal)
  const ages = scenario.ages()
  return peers.map((peer) => ({
    peer,
    role: peer === server ? 'server' : 'peer',
    value: values[peer],
    age: ages[peer],
    steps: steps?.[peer] ?? 0,
    rows: scenario.rows(peer),
    ...peerTraffic(simulation, peer, options),
  }))
}

async function errorsOf(
  scenario: Scenario,
  peers: Iterable<number>,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const errors: number[] = []
  for (const peer of peers) {
    errors.push(scenario.error(peer))
    if (errors.length % SLICE_PEERS !== 0) continue
    await setImmediate()
    signal?.throwIfAborted()
  }
  return errors
}
