import type { Simulation } from '@hearsay/simulator'
import { MESSAGE_HEADER_BYTES } from '../scenario/network/build-network.ts'
import type { WorldOptions } from '../scenario/scenario-options.ts'
import type { PeerMeasurement } from './trial-result.ts'

/** Bytes of messages with so many words of payload together, as the run's network counts them. */
export function bytesOf(messages: number, words: number, options: Pick<WorldOptions, 'headerBytes'>): number {
  return messages * (options.headerBytes ?? MESSAGE_HEADER_BYTES) + 4 * words
}

type PeerTraffic = Pick<PeerMeasurement, 'messagesSent' | 'bytesSent' | 'messagesReceived' | 'bytesReceived'>

/** What has gone through a peer of a simulation that counts it. */
export function peerTraffic(
  { traffic }: Simulation,
  peer: number,
  options: Pick<WorldOptions, 'headerBytes'>,
): PeerTraffic {
  const [sent, received] = [traffic?.sent[peer] ?? 0, traffic?.received[peer] ?? 0]
  return {
    ...{ messagesSent: sent, bytesSent: bytesOf(sent, traffic?.sentWords[peer] ?? 0, options) },
    ...{ messagesReceived: received, bytesReceived: bytesOf(received, traffic?.receivedWords[peer] ?? 0, options) },
  }
}

/** How many of the first `peers` peers are online. */
export function onlinePeers(simulation: Simulation, peers: number): number {
  let online = 0
  for (let peer = 0; peer < peers; peer++) if (simulation.isOnline(peer)) online++
  return online
}
