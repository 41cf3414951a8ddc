import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import type { Stream } from '@libp2p/interface'
import { createLibp2p, type Libp2p } from 'libp2p'
import { randomStream } from '@hearsay/core'
import type { MeasuredSwarm } from './measured-swarm.ts'

export interface BareSwarmOptions {
  readonly peers: number
  /** Bytes of what is passed on: those of a model, with its length prefix. */
  readonly frameBytes: number
  readonly inFlight: number
}

const PROTOCOL = '/bare/1.0.0'

/**
 * The yardstick: libp2p hosts that pass on blocks of bytes, of the same size and by the same rule as the peers pass on
 * models, and do nothing else. No framing, no decoding, no queue.
 */
export async function bareSwarm({ peers, frameBytes, inFlight }: BareSwarmOptions): Promise<MeasuredSwarm> {
  const nodes: Libp2p[] = []
  let bytesIn = 0
  let bytesOut = 0
  let stopped = false
  const streams: Stream[][] = []
  const random = randomStream(2)
  const block = new Uint8Array(frameBytes).fill(1)
  const sendOne = (from: number): void => {
    if (stopped) return
    const stream = streams[from][random.below(streams[from].length)]
    bytesOut += block.length
    stream.send(block)
  }
  for (let i = 0; i < peers; i++) {
    const node = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionManager: { inboundConnectionThreshold: 1000, maxIncomingPendingConnections: 1000 },
      connectionMonitor: { enabled: false },
    })
    let pending = 0
    await node.handle(
      PROTOCOL,
      (stream) => {
        stream.addEventListener('message', ({ data }) => {
          bytesIn += data.byteLength
          pending += data.byteLength
          for (; pending >= frameBytes; pending -= frameBytes) sendOne(i)
        })
      },
      { maxInboundStreams: peers },
    )
    nodes.push(node)
  }
  for (const node of nodes) {
    const others = nodes.filter((other) => other !== node)
    streams.push(
      await Promise.all(
        others.map((other) => node.dialProtocol(other.getMultiaddrs(), PROTOCOL, { maxOutboundStreams: peers })),
      ),
    )
  }
  for (let i = 0; i < peers; i++) for (let count = 0; count < inFlight; count++) sendOne(i)
  return {
    received: () => Math.floor(bytesIn / frameBytes),
    bytesSent: () => bytesOut,
    async stop() {
      stopped = true
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}
