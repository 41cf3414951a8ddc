import { type GossipSub, type GossipsubOpts, gossipsub, StrictSign } from '@libp2p/gossipsub'
import { type Identify, identify } from '@libp2p/identify'
import type {
  Connection,
  ConnectionGater,
  Libp2p,
  PrivateKey,
  Stream,
  StreamMuxer,
  StreamMuxerFactory,
} from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import type { TransportLimits } from './libp2p-limits.ts'
import { listenFailure } from './listen-failure.ts'

/** A libp2p host as {@link Libp2pTransport} uses it. */
export type HearsayNode = Libp2p<{ identify: Identify; pubsub: GossipSub }>

/** How to set up a libp2p host. */
export interface NodeOptions {
  readonly privateKey: PrivateKey
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly limits: TransportLimits
  readonly gater: ConnectionGater
  /** The only gossipsub topics that this host keeps track of. */
  readonly topics: readonly string[]
  /** A remote peer has opened a stream, of any protocol or none yet. */
  onStream(connection: Connection): void
}

/** A host that is not started: TCP, noise, yamux, identify and gossipsub, with every default of libp2p that matters set. */
export async function createNode(options: NodeOptions): Promise<HearsayNode> {
  const { limits } = options
  const muxers = new WeakMap<readonly Stream[], StreamMuxer>()
  const node = await createLibp2p({
    start: false,
    privateKey: options.privateKey,
    addresses: { listen: [...options.listen], announce: [...options.announce] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [() => registeredMuxer(limits, muxers)],
    connectionGater: options.gater,
    connectionManager: {
      maxConnections: limits.connectionsMax,
      maxIncomingPendingConnections: limits.connectionsPendingMax,
      inboundConnectionThreshold: limits.connectionsPerSecondMax,
      maxParallelDials: 2 * limits.opensMax,
      maxDialQueueLength: limits.outboundStreamsMax,
      maxPeerAddrsToDial: 8,
      dialTimeout: limits.openDeadlineMs,
      addressDialTimeout: limits.openDeadlineMs,
      inboundUpgradeTimeout: limits.openDeadlineMs,
      inboundStreamProtocolNegotiationTimeout: limits.openDeadlineMs,
      outboundStreamProtocolNegotiationTimeout: limits.openDeadlineMs,
      reconnectRetries: 0,
      // A stranger's address must not make this host ask a name server for more addresses.
      resolvers: {},
    },
    connectionMonitor: { pingInterval: limits.pingPeriodMs, pingTimeout: { minTimeout: limits.writeDeadlineMs } },
    services: { identify: identify(), pubsub: gossipsub(pubsubOptions(options.topics)) },
  })
  node.addEventListener('connection:open', ({ detail: connection }) => {
    muxers.get(connection.streams)?.addEventListener('stream', () => options.onStream(connection))
  })
  return node
}

/**
 * Starts the host.
 *
 * @throws {@link EnvironmentError} `LISTEN_FAILED` when an address cannot be listened on.
 */
export async function startNode(node: HearsayNode, listen: readonly string[]): Promise<void> {
  try {
    await node.start()
  } catch (cause) {
    throw listenFailure(listen, cause)
  }
}

/**
 * yamux with windows that do not grow. Its muxers are kept under their lists of streams, which connections share:
 * the one way from a connection to the event that tells of a stream before its protocol is known.
 */
function registeredMuxer(limits: TransportLimits, muxers: WeakMap<readonly Stream[], StreamMuxer>): StreamMuxerFactory {
  const factory = yamux({
    // libp2p's connection monitor pings already.
    enableKeepAlive: false,
    // Above what the transport allows, so that it sees the stream that is too many.
    maxInboundStreams: 2 * limits.streamBurstMax,
    maxOutboundStreams: limits.streamBurstMax,
    streamOptions: { maxReadBufferLength: limits.readBufferBytesMax },
  })()
  return {
    protocol: factory.protocol,
    createStreamMuxer(connection) {
      const muxer = factory.createStreamMuxer(connection)
      muxers.set(muxer.streams, muxer)
      return muxer
    },
  }
}

/** Gossipsub for a few announcements among tens to hundreds of peers. */
function pubsubOptions(topics: readonly string[]): Partial<GossipsubOpts> {
  return {
    globalSignaturePolicy: StrictSign,
    allowedTopics: [...topics],
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    fallbackToFloodsub: false,
    floodPublish: false,
    batchPublish: true,
    doPX: false,
    D: 4,
    Dlo: 3,
    Dhi: 8,
    Dscore: 2,
    Dout: 1,
    Dlazy: 3,
    // The signature of a message is checked once, not once per neighbour that forwards it.
    fastMsgIdFn: (message) => `${hex(message.from)}:${hex(message.seqno)}`,
    maxInboundDataLength: 1_200_000,
    maxOutboundBufferSize: 4_000_000,
    maxInboundStreams: 2,
    maxOutboundStreams: 2,
    maxTopicBytesPerPeer: 16_384,
    // Peers of one machine share an address, which is no sign of a Sybil here.
    scoreParams: { IPColocationFactorWeight: 0 },
  }
}

function hex(bytes: Uint8Array | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : Buffer.from(bytes).toString('hex')
}
