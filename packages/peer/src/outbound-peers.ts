import type { Connection } from '@libp2p/interface'
import type { Clock } from './clock.ts'
import type { TransportCounters } from './libp2p-counters.ts'
import type { TransportLimits } from './libp2p-limits.ts'
import { OutboundStream } from './outbound-stream.ts'

/** Consecutive failures after which the time that a peer is left alone no longer doubles. */
const BACKOFF_DOUBLINGS_MAX = 6

/** What the outbound side needs of its transport. */
export interface OutboundHost {
  readonly clock: Clock
  readonly limits: TransportLimits
  readonly counters: TransportCounters
  /** The longest frame of each protocol, in bytes. */
  readonly frameBytesMax: ReadonlyMap<string, number>
  /** An open connection with the peer, dialled if there is none. */
  connect(peer: string, addresses: readonly string[], signal: AbortSignal): Promise<Connection>
  /** The peer could not be dialled. */
  onUnreachable(peer: string): void
}

interface OutboundPeer {
  readonly name: string
  readonly streams: Map<string, OutboundStream>
  failures: number
  retryAtMs: number
}

/** One long-lived stream per peer and protocol, opened when the first frame is queued. */
export class OutboundPeers {
  readonly #host: OutboundHost
  readonly #peers = new Map<string, OutboundPeer>()
  readonly #unwritten = new Set<OutboundStream>()
  readonly #waiting: (() => void)[] = []
  #opens = 0
  #streams = 0
  #flushScheduled = false

  constructor(host: OutboundHost) {
    this.#host = host
  }

  /** As {@link Transport.send}. */
  send(name: string, protocol: string, frame: Uint8Array, addresses: readonly string[]): void {
    const { clock, counters, frameBytesMax } = this.#host
    const longest = frameBytesMax.get(protocol)
    const peer = this.#peerOf(name)
    if (longest === undefined || frame.byteLength > longest || clock.now() < peer.retryAtMs) {
      counters.framesDropped++
      return
    }
    const stream = peer.streams.get(protocol) ?? this.#addStream(peer, protocol, longest)
    if (!stream.enqueue(frame)) {
      counters.framesDropped++
    } else if (stream.isOpen) {
      this.#flushSoon(stream)
    } else {
      stream.opening ??= this.#openInTurn(peer, stream, addresses)
    }
  }

  /** Enforces the deadlines; to be called now and then. */
  check(): void {
    const { clock, limits } = this.#host
    const now = clock.now()
    for (const peer of this.#peers.values()) {
      for (const stream of peer.streams.values()) {
        if (stream.isOverdue(now, limits.writeDeadlineMs)) {
          stream.abort(new Error('the remote peer reads too slowly'))
          this.#onFailure(peer)
          this.#forget(peer, stream)
        } else if (now - stream.lastUsedMs > limits.idleMs && stream.opening === undefined) {
          this.#closeInOrder(peer, stream)
        }
      }
      if (peer.streams.size === 0 && now > peer.retryAtMs + limits.idleMs) this.#peers.delete(peer.name)
    }
  }

  /** When a frame for this peer was last queued, in milliseconds of the clock; -∞ if there is no stream to it. */
  lastUsedMs(name: string): number {
    let latest = Number.NEGATIVE_INFINITY
    for (const stream of this.#peers.get(name)?.streams.values() ?? []) latest = Math.max(latest, stream.lastUsedMs)
    return latest
  }

  /**
   * The peer has a connection: it is not left alone any longer. One that opens no stream even so is again, and for longer than
   * before.
   */
  onConnected(name: string): void {
    const peer = this.#peers.get(name)
    if (peer !== undefined) peer.retryAtMs = Math.min(peer.retryAtMs, this.#host.clock.now())
  }

  /** Drops all that is queued for a peer, and its streams. */
  drop(name: string): void {
    const peer = this.#peers.get(name)
    if (peer === undefined) return
    for (const stream of peer.streams.values()) {
      stream.abort(new Error('the peer is no longer wanted'))
      this.#forget(peer, stream)
    }
    this.#peers.delete(name)
  }

  /** Writes what is queued, waiting for streams that are being opened, and closes everything. Never rejects. */
  async close(signal: AbortSignal): Promise<void> {
    const streams = [...this.#peers.values()].flatMap((peer) => [...peer.streams.values()])
    await Promise.all(
      streams.map(async (stream) => {
        await Promise.race([stream.opening, aborted(signal)])
        await stream.close(signal)
        stream.discard()
      }),
    )
    this.#peers.clear()
    this.#streams = 0
  }

  #peerOf(name: string): OutboundPeer {
    let peer = this.#peers.get(name)
    if (peer === undefined) {
      peer = { name, streams: new Map(), failures: 0, retryAtMs: Number.NEGATIVE_INFINITY }
      this.#peers.set(name, peer)
    }
    return peer
  }

  #addStream(peer: OutboundPeer, protocol: string, longest: number): OutboundStream {
    const { clock, limits, counters } = this.#host
    if (this.#streams >= limits.outboundStreamsMax) this.#evict()
    const bytesMax = Math.max(limits.outboundBytesMax, longest + 8)
    const stream = new OutboundStream(protocol, bytesMax, clock, counters, (ended, error) => {
      this.#forget(peer, ended)
      if (error !== undefined) this.#onFailure(peer)
    })
    peer.streams.set(protocol, stream)
    this.#streams++
    return stream
  }

  /** Many handshakes at once would all be slow, and too slow for the deadline. */
  async #openInTurn(peer: OutboundPeer, stream: OutboundStream, addresses: readonly string[]): Promise<void> {
    if (this.#opens < this.#host.limits.opensMax) this.#opens++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (peer.streams.get(stream.protocol) === stream) await this.#open(peer, stream, addresses)
    stream.opening = undefined
    const next = this.#waiting.shift()
    if (next === undefined) this.#opens--
    else next()
  }

  async #open(peer: OutboundPeer, stream: OutboundStream, addresses: readonly string[]): Promise<void> {
    const { clock, limits, counters } = this.#host
    const deadline = new AbortController()
    const cancel = clock.schedule(limits.openDeadlineMs, () => deadline.abort(new Error('the deadline has passed')))
    const { signal } = deadline
    let connection: Connection | undefined
    try {
      connection = await this.#host.connect(peer.name, addresses, signal)
      const opened = await connection.newStream(protocolPath(stream.protocol), { signal })
      if (peer.streams.get(stream.protocol) !== stream) {
        opened.abort(new Error('the peer is no longer wanted'))
        return
      }
      peer.failures = 0
      stream.attach(opened)
      stream.flush()
    } catch {
      counters.opensFailed++
      stream.discard()
      this.#forget(peer, stream)
      this.#onFailure(peer)
      if (connection === undefined) this.#host.onUnreachable(peer.name)
    } finally {
      cancel()
    }
  }

  #onFailure(peer: OutboundPeer): void {
    const { clock, limits } = this.#host
    peer.retryAtMs = clock.now() + limits.backoffMs * 2 ** Math.min(peer.failures, BACKOFF_DOUBLINGS_MAX)
    peer.failures++
  }

  #evict(): void {
    let oldest: { peer: OutboundPeer; stream: OutboundStream } | undefined
    for (const peer of this.#peers.values()) {
      for (const stream of peer.streams.values()) {
        if (oldest === undefined || stream.lastUsedMs < oldest.stream.lastUsedMs) oldest = { peer, stream }
      }
    }
    if (oldest !== undefined) this.#closeInOrder(oldest.peer, oldest.stream)
  }

  #closeInOrder(peer: OutboundPeer, stream: OutboundStream): void {
    this.#forget(peer, stream)
    void stream.close(AbortSignal.timeout(this.#host.limits.stopDeadlineMs)).then(() => stream.discard())
  }

  #forget(peer: OutboundPeer, stream: OutboundStream): void {
    if (peer.streams.get(stream.protocol) !== stream) return
    peer.streams.delete(stream.protocol)
    this.#unwritten.delete(stream)
    this.#streams--
  }

  #flushSoon(stream: OutboundStream): void {
    this.#unwritten.add(stream)
    if (this.#flushScheduled) return
    this.#flushScheduled = true
    // Not a microtask: the frames of one incoming block are handled in a microtask each, and their answers share a write.
    setImmediate(() => {
      this.#flushScheduled = false
      for (const unwritten of this.#unwritten) unwritten.flush()
      this.#unwritten.clear()
    })
  }
}

/** The libp2p protocol on which the frames of a gossip protocol travel. */
export function protocolPath(name: string): string {
  return `/hearsay/${name}/1.0.0`
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
