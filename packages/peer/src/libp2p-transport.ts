import { UsageError } from '@hearsay/core'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, ConnectionGater, PrivateKey, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { announcementTopics } from './announcements-topics.ts'
import type { Clock } from './clock.ts'
import { Conducts, TokenBucket } from './inbound-conduct.ts'
import { type InboundHost, InboundStreams } from './inbound-streams.ts'
import { addressOf, type BootstrapPeer, parseAddress, parseBootstrap } from './libp2p-addresses.ts'
import { type CutOffReason, type TransportCounters, transportCounters } from './libp2p-counters.ts'
import { type TransportLimits, transportLimits } from './libp2p-limits.ts'
import { SILENT_LOG, type TransportLog } from './libp2p-log.ts'
import { createNode, type HearsayNode, startNode } from './libp2p-node.ts'
import { type OutboundHost, OutboundPeers, protocolPath } from './outbound-peers.ts'
import { InboundTransfers, type TransferHost } from './transfer/inbound-transfers.ts'
import { OutboundTransfers, transferPath } from './transfer/outbound-transfers.ts'
import type { OutgoingTransfer, TransferRefusal, TransferSink, Transport, TransportReceiver } from './transport.ts'

export type { TransportLog } from './libp2p-log.ts'

/** A gossip protocol whose frames a transport carries. */
export interface TransportProtocol {
  /** The protocol's name on the wire: frames travel on `/hearsay/<name>/1.0.0`. */
  readonly name: string
  /** The longest frame that an honest peer can send, in bytes. */
  readonly frameBytesMax: number
  /** Whether it has messages that are longer than a frame. @defaultValue false */
  readonly transfers?: boolean
}

/** How to make a {@link Libp2pTransport}. */
export interface Libp2pTransportOptions {
  /** The peer's identity; its public half is the peer's name. @defaultValue a new Ed25519 key */
  readonly privateKey?: PrivateKey
  /** Multiaddrs to listen on. @defaultValue `['/ip4/127.0.0.1/tcp/0']` */
  readonly listen?: readonly string[]
  /** Multiaddrs to tell others instead of those that are listened on. @defaultValue `[]` */
  readonly announce?: readonly string[]
  /** Multiaddrs of peers to connect with at the start, each with its `/p2p/…`. @defaultValue `[]` */
  readonly bootstrap?: readonly string[]
  readonly protocols: readonly TransportProtocol[]
  /** The swarm's name: announcements reach the peers of the same network only. @defaultValue `'default'` */
  readonly network?: string
  /** @defaultValue see {@link TransportLimits} */
  readonly limits?: Partial<TransportLimits>
  readonly clock: Clock
  /** Told what an operator may want to know. @defaultValue nothing is logged */
  readonly log?: TransportLog
}

/** Between two looks at whether there is any connection. */
const BOOTSTRAP_RETRY_MS = 2000

/**
 * A transport over libp2p that is not started yet.
 *
 * @throws {@link ConfigurationError} `ADDRESS` when an address is no multiaddr, `BOOTSTRAP_ADDRESS` when one to bootstrap
 *   from has no `/p2p/…`; {@link UsageError} `TRANSPORT_LIMIT` when a limit is not a finite number > 0.
 */
export async function createLibp2pTransport(options: Libp2pTransportOptions): Promise<Libp2pTransport> {
  const limits = transportLimits(options.limits)
  const bootstrap = (options.bootstrap ?? []).map(parseBootstrap)
  const listen = options.listen ?? ['/ip4/127.0.0.1/tcp/0']
  for (const address of [...listen, ...(options.announce ?? [])]) parseAddress(address)
  const network = options.network ?? 'default'
  // The node's callbacks need the transport, which needs the node.
  let transport: Libp2pTransport | undefined
  const node = await createNode({
    privateKey: options.privateKey ?? (await generateKeyPair('Ed25519')),
    listen,
    announce: options.announce ?? [],
    limits,
    topics: Object.values(announcementTopics(network)),
    gater: gaterOf(() => transport),
    onStream: (connection) => transport?.onStream(connection),
  })
  transport = new Libp2pTransport(node, limits, bootstrap, { ...options, listen, network })
  return transport
}

/** Moves frames over libp2p streams: TCP, noise, yamux; one stream per peer, protocol and direction. */
export class Libp2pTransport implements Transport {
  readonly self: string
  /** The swarm's name. */
  readonly network: string
  readonly counters: TransportCounters
  readonly #node: HearsayNode
  readonly #limits: TransportLimits
  readonly #clock: Clock
  readonly #log: TransportLog
  readonly #listen: readonly string[]
  readonly #protocols: readonly TransportProtocol[]
  readonly #bootstrap: readonly BootstrapPeer[]
  readonly #outbound: OutboundPeers
  readonly #inbound: InboundStreams
  readonly #outboundTransfers: OutboundTransfers
  readonly #inboundTransfers: InboundTransfers
  readonly #conducts: Conducts
  readonly #bannedUntilMs = new Map<string, number>()
  readonly #streamBuckets = new WeakMap<Connection, TokenBucket>()
  readonly #released = new Set<string>()
  #addresses: readonly string[] = []
  #receiver: TransportReceiver | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  /** Use {@link createLibp2pTransport}. */
  constructor(
    node: HearsayNode,
    limits: TransportLimits,
    bootstrap: readonly BootstrapPeer[],
    options: Libp2pTransportOptions & { readonly listen: readonly string[]; readonly network: string },
  ) {
    this.self = node.peerId.toString()
    this.network = options.network
    this.#node = node
    this.#limits = limits
    this.#clock = options.clock
    this.#log = options.log ?? SILENT_LOG
    this.#listen = options.listen
    this.#protocols = options.protocols
    this.counters = transportCounters(options.protocols.map(({ name }) => name))
    this.#bootstrap = bootstrap
    this.#conducts = new Conducts(this.#clock, limits)
    const outbound = this.#outboundHost()
    const inbound = this.#inboundHost()
    this.#outbound = new OutboundPeers(outbound)
    this.#inbound = new InboundStreams(inbound)
    this.#outboundTransfers = new OutboundTransfers(outbound)
    this.#inboundTransfers = new InboundTransfers(inbound)
  }

  get addresses(): readonly string[] {
    return this.#addresses
  }

  /** Publishes and receives announcements over the transport's connections. */
  get pubsub(): GossipSub {
    return this.#node.services.pubsub
  }

  /** Names of the peers with an open connection. */
  get connectedPeers(): readonly string[] {
    return this.#node.getPeers().map(String)
  }

  listen(receiver: TransportReceiver): void {
    this.#receiver = receiver
  }

  /**
   * Listens, and connects with the bootstrap peers in the background, again and again while there is no connection.
   *
   * @throws {@link UsageError} `TRANSPORT_RECEIVER` without a receiver, `TRANSPORT_STOPPED` after `stop`;
   *   {@link EnvironmentError} `LISTEN_FAILED` when an address cannot be listened on.
   */
  async start(): Promise<void> {
    if (this.#receiver === undefined) throw new UsageError('TRANSPORT_RECEIVER', 'call listen() before start()')
    if (this.#stopping !== undefined) throw new UsageError('TRANSPORT_STOPPED', 'a transport starts once: make another')
    this.#starting = this.#start()
    await this.#starting
  }

  async #start(): Promise<void> {
    for (const { name, frameBytesMax, transfers = false } of this.#protocols) {
      await this.#handle(protocolPath(name), (peer, stream) => this.#inbound.accept(peer, name, frameBytesMax, stream))
      if (!transfers) continue
      await this.#handle(transferPath(name), (peer, stream) => this.#inboundTransfers.accept(peer, name, stream))
    }
    this.#node.addEventListener('self:peer:update', () => this.#readAddresses())
    this.#node.addEventListener('peer:connect', ({ detail }) => this.#outbound.onConnected(detail.toString()))
    this.#node.addEventListener('peer:disconnect', ({ detail }) => this.#onDisconnect(detail.toString()))
    await startNode(this.#node, this.#listen)
    this.#readAddresses()
    this.#repeat(this.#limits.checkPeriodMs, () => this.#check())
    this.#stayConnected()
  }

  send(peer: string, protocol: string, frame: Uint8Array, addresses: readonly string[]): void {
    if (this.#stopping !== undefined || peer === this.self || this.isCutOff(peer)) this.counters.framesDropped++
    else this.#outbound.send(peer, protocol, frame, addresses)
  }

  transfer(peer: string, protocol: string, transfer: OutgoingTransfer, addresses: readonly string[]): void {
    if (this.#stopping !== undefined || peer === this.self || this.isCutOff(peer)) this.counters.framesDropped++
    else this.#outboundTransfers.send(peer, protocol, transfer, addresses)
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    await this.#stopping
  }

  /** Whether this peer has broken a rule, and its time is not up yet. */
  isCutOff(peer: string): boolean {
    const until = this.#bannedUntilMs.get(peer)
    return until !== undefined && this.#clock.now() < until
  }

  /** Whether another connection with this peer is refused. */
  refuses(peer: string): boolean {
    const isRefused =
      this.isCutOff(peer) ||
      this.#node.getConnections(peerIdFromString(peer)).length >= this.#limits.connectionsPerPeerMax
    if (isRefused) this.counters.connectionsRefused++
    return isRefused
  }

  /** The peer of this connection has opened a stream of some protocol. */
  onStream(connection: Connection): void {
    const peer = connection.remotePeer.toString()
    // A connection that was being set up when its peer was cut off.
    if (this.isCutOff(peer)) return connection.abort(new Error('cut off'))
    let bucket = this.#streamBuckets.get(connection)
    if (bucket === undefined) {
      const { streamBurstMax } = this.#limits
      bucket = new TokenBucket(this.#clock, streamBurstMax, streamBurstMax / 100)
      this.#streamBuckets.set(connection, bucket)
    }
    if (!bucket.take()) this.#cutOff(peer, 'streams')
  }

  async #handle(path: string, accept: (peer: string, stream: Stream) => void): Promise<void> {
    const handler = (stream: Stream, connection: Connection): void => accept(connection.remotePeer.toString(), stream)
    // One more than this transport allows, so that it sees the stream that is too many.
    await this.#node.handle(path, handler, { maxInboundStreams: this.#limits.inboundStreamsMax + 1 })
  }

  #outboundHost(): OutboundHost {
    return {
      clock: this.#clock,
      limits: this.#limits,
      counters: this.counters,
      frameBytesMax: new Map(this.#protocols.map(({ name, frameBytesMax }) => [name, frameBytesMax])),
      connect: (peer, addresses, signal) => this.#connect(peer, addresses, signal),
      onUnreachable: (peer) => this.#onUnreachable(peer),
    }
  }

  #inboundHost(): InboundHost & TransferHost {
    return {
      clock: this.#clock,
      limits: this.#limits,
      counters: this.counters,
      conducts: this.#conducts,
      onFrame: (peer, protocol, frame) => this.#onFrame(peer, protocol, frame),
      onTransfer: (peer, protocol, head, bytes) => this.#onTransfer(peer, protocol, head, bytes),
      cutOff: (peer, reason) => this.#cutOff(peer, reason),
    }
  }

  #onFrame(peer: string, protocol: string, frame: Uint8Array): boolean {
    try {
      return this.#receiver?.onFrame(peer, protocol, frame) ?? false
    } catch (error) {
      this.#log.warn({ peer, protocol, error }, 'the receiver failed on a frame')
      return false
    }
  }

  #onTransfer(peer: string, protocol: string, head: Uint8Array, bytes: number): TransferSink | TransferRefusal {
    try {
      return this.#receiver?.onTransfer?.(peer, protocol, head, bytes) ?? 'refused'
    } catch (error) {
      this.#log.warn({ peer, protocol, error }, 'the receiver failed on a transfer')
      return 'busy'
    }
  }

  #onUnreachable(peer: string): void {
    try {
      this.#receiver?.onUnreachable(peer)
    } catch (error) {
      this.#log.warn({ peer, error }, 'the receiver failed on a peer that is unreachable')
    }
  }

  async #connect(peer: string, addresses: readonly string[], signal: AbortSignal): Promise<Connection> {
    const id = peerIdFromString(peer)
    const open = this.#node.getConnections(id).find((connection) => connection.status === 'open')
    if (open !== undefined) return open
    const dialable = addresses.map((address) => addressOf(address, peer)).filter((address) => address !== undefined)
    return await this.#node.dial(dialable.length > 0 ? dialable : id, { signal })
  }

  #cutOff(peer: string, reason: CutOffReason): void {
    if (this.#stopping !== undefined || this.isCutOff(peer)) return
    this.counters.cutOff[reason]++
    this.#bannedUntilMs.set(peer, this.#clock.now() + this.#limits.banMs)
    this.#log.warn({ peer, reason, banMs: this.#limits.banMs }, 'cut a peer off')
    this.#conducts.drop(peer)
    const error = new Error(`cut off: ${reason}`)
    for (const connection of this.#node.getConnections(peerIdFromString(peer))) connection.abort(error)
  }

  #onDisconnect(peer: string): void {
    if (this.#stopping !== undefined) return
    this.#outbound.drop(peer)
    this.#outboundTransfers.drop(peer)
    if (!this.#released.delete(peer)) this.#onUnreachable(peer)
  }

  #check(): void {
    this.#outbound.check()
    this.#inbound.check()
    this.#outboundTransfers.check()
    this.#inboundTransfers.check()
    this.#conducts.prune()
    for (const [peer, untilMs] of this.#bannedUntilMs) {
      if (this.#clock.now() >= untilMs) this.#bannedUntilMs.delete(peer)
    }
    this.#closeUnused()
  }

  /** Leaves room for peers that are yet to come. */
  #closeUnused(): void {
    const connections = this.#node.getConnections()
    const surplus = connections.length - Math.floor(this.#limits.connectionsMax * 0.8)
    if (surplus <= 0) return
    const lastUsedMs = (connection: Connection): number => {
      const peer = connection.remotePeer.toString()
      const sent = Math.max(this.#outbound.lastUsedMs(peer), this.#outboundTransfers.lastUsedMs(peer))
      return Math.max(sent, this.#conducts.lastUsedMs(peer))
    }
    const ranked = connections.map((connection) => ({ connection, atMs: lastUsedMs(connection) }))
    ranked.sort((a, b) => a.atMs - b.atMs)
    for (const { connection } of ranked.slice(0, surplus)) {
      this.#released.add(connection.remotePeer.toString())
      connection.close().catch((error: Error) => connection.abort(error))
    }
  }

  /** Dials the bootstrap peers whenever there is no connection at all. */
  #stayConnected(): void {
    const others = this.#bootstrap.filter(({ name }) => name !== this.self)
    if (others.length === 0) return
    if (this.#node.getConnections().length === 0) for (const { address } of others) this.#dial(address)
    this.#after(BOOTSTRAP_RETRY_MS, () => this.#stayConnected())
  }

  #dial(address: string): void {
    const signal = AbortSignal.timeout(this.#limits.openDeadlineMs)
    this.#node.dial(multiaddr(address), { signal }).catch((error: unknown) => {
      this.counters.opensFailed++
      this.#log.info({ address, error: String(error) }, 'no connection with a bootstrap peer')
    })
  }

  #readAddresses(): void {
    const suffix = `/p2p/${this.self}`
    this.#addresses = this.#node.getMultiaddrs().map((address) => address.toString().replace(suffix, ''))
  }

  async #stop(): Promise<void> {
    // A host that is still being started cannot be stopped.
    await this.#starting?.catch(() => {})
    const deadline = new AbortController()
    const cancel = this.#clock.schedule(this.#limits.stopDeadlineMs, () => deadline.abort(new Error('stopping')))
    await Promise.all([this.#outbound.close(deadline.signal), this.#outboundTransfers.close(deadline.signal)])
    cancel()
    await this.#node.stop()
  }

  #repeat(periodMs: number, action: () => void): void {
    this.#after(periodMs, () => {
      action()
      this.#repeat(periodMs, action)
    })
  }

  #after(delayMs: number, action: () => void): void {
    this.#clock.schedule(delayMs, () => {
      if (this.#stopping === undefined) action()
    })
  }
}

function gaterOf(transport: () => Libp2pTransport | undefined): ConnectionGater {
  return {
    denyDialPeer: (peer) => transport()?.isCutOff(peer.toString()) ?? false,
    denyInboundEncryptedConnection: (peer) => transport()?.refuses(peer.toString()) ?? false,
  }
}
