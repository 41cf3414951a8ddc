import { UsageError } from '@hearsay/core'

/** What a libp2p transport spends at most on strangers and on slow peers. Every limit is a finite number > 0. */
export interface TransportLimits {
  /**
   * Open connections; further inbound ones are refused, and from four fifths on the least recently used ones are closed.
   * @defaultValue 300
   */
  readonly connectionsMax: number
  /**
   * Open connections with one peer. Two peers that dial each other at once honestly have two.
   * @defaultValue 4
   */
  readonly connectionsPerPeerMax: number
  /**
   * Inbound connections that have not finished their handshake yet.
   * @defaultValue 64
   */
  readonly connectionsPendingMax: number
  /**
   * Inbound connections a second from one IP address. libp2p's own default of 5 breaks swarms on one machine.
   * @defaultValue 64
   */
  readonly connectionsPerSecondMax: number
  /**
   * Inbound streams of one peer and one protocol. An honest peer has one, and for a moment two while it reopens.
   * @defaultValue 3
   */
  readonly inboundStreamsMax: number
  /**
   * Streams of any protocol that one connection may open in a burst; a hundredth of it is granted again every second.
   * @defaultValue 100
   */
  readonly streamBurstMax: number
  /**
   * Outbound streams in all; the least recently used one is closed for a new one.
   * @defaultValue 512
   */
  readonly outboundStreamsMax: number
  /**
   * Streams that are being opened at once, dialling included; others wait their turn.
   * @defaultValue 8
   */
  readonly opensMax: number
  /**
   * Bytes queued per outbound stream, raised to hold one frame of the protocol's longest kind. A frame that does not
   * fit is dropped.
   * @defaultValue 262144
   */
  readonly outboundBytesMax: number
  /**
   * Bytes that libp2p may hold for the reader of one stream.
   * @defaultValue 524288
   */
  readonly readBufferBytesMax: number
  /**
   * Milliseconds to dial a peer and open a stream, from when it is its turn.
   * @defaultValue 5000
   */
  readonly openDeadlineMs: number
  /**
   * Milliseconds that an outbound stream may accept nothing before it is reset.
   * @defaultValue 10000
   */
  readonly writeDeadlineMs: number
  /**
   * Milliseconds between the first and the last byte of a frame.
   * @defaultValue 10000
   */
  readonly frameDeadlineMs: number
  /**
   * Transfers (messages that are longer than a frame) that come in at the same time; one of each peer.
   * @defaultValue 4
   */
  readonly transfersInMax: number
  /**
   * Bytes of all transfers that come in at the same time. A single one may be longer, if its protocol allows.
   * @defaultValue 268435456
   */
  readonly transferBytesInMax: number
  /**
   * Transfers that go out at the same time, each with a copy of what it carries; one to each peer.
   * @defaultValue 2
   */
  readonly transfersOutMax: number
  /**
   * Bytes of all transfers that go out at the same time. A single one may be longer.
   * @defaultValue 268435456
   */
  readonly transferBytesOutMax: number
  /**
   * Milliseconds that a transfer may take. One of which nothing moves is given up as a frame is.
   * @defaultValue 60000
   */
  readonly transferDeadlineMs: number
  /**
   * Milliseconds after which an unused outbound stream is closed.
   * @defaultValue 60000
   */
  readonly idleMs: number
  /**
   * Milliseconds that a peer is left alone after a first failure; doubled at every further one, up to 64 times.
   * @defaultValue 500
   */
  readonly backoffMs: number
  /**
   * Frames a second that one peer may send, over all protocols, with bursts of twice as many.
   * @defaultValue 2000
   */
  readonly framesPerSecondMax: number
  /**
   * Frames that the receiver may refuse from one peer per `refusedWindowMs` before the peer is cut off.
   * @defaultValue 32
   */
  readonly refusedFramesMax: number
  /** @defaultValue 60000 */
  readonly refusedWindowMs: number
  /**
   * Milliseconds for which a peer that was cut off is refused.
   * @defaultValue 300000
   */
  readonly banMs: number
  /**
   * Milliseconds for flushing when the transport stops.
   * @defaultValue 2000
   */
  readonly stopDeadlineMs: number
  /**
   * Milliseconds between two checks of all deadlines, hence their resolution.
   * @defaultValue 1000
   */
  readonly checkPeriodMs: number
  /**
   * Milliseconds between two pings of a connection; one that does not answer is closed.
   * @defaultValue 30000
   */
  readonly pingPeriodMs: number
}

const DEFAULT_LIMITS: TransportLimits = {
  connectionsMax: 300,
  connectionsPerPeerMax: 4,
  connectionsPendingMax: 64,
  connectionsPerSecondMax: 64,
  inboundStreamsMax: 3,
  streamBurstMax: 100,
  outboundStreamsMax: 512,
  opensMax: 8,
  outboundBytesMax: 256 * 1024,
  readBufferBytesMax: 512 * 1024,
  openDeadlineMs: 5000,
  writeDeadlineMs: 10_000,
  frameDeadlineMs: 10_000,
  transfersInMax: 4,
  transferBytesInMax: 256 * 1024 * 1024,
  transfersOutMax: 2,
  transferBytesOutMax: 256 * 1024 * 1024,
  transferDeadlineMs: 60_000,
  idleMs: 60_000,
  backoffMs: 500,
  framesPerSecondMax: 2000,
  refusedFramesMax: 32,
  refusedWindowMs: 60_000,
  banMs: 300_000,
  stopDeadlineMs: 2000,
  checkPeriodMs: 1000,
  pingPeriodMs: 30_000,
}

/**
 * The defaults, overridden by what is given.
 *
 * @throws {@link UsageError} `TRANSPORT_LIMIT` when a limit is not a finite number > 0.
 */
export function transportLimits(given: Partial<TransportLimits> = {}): TransportLimits {
  const limits = { ...DEFAULT_LIMITS, ...given }
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isFinite(value) || value <= 0) {
      throw new UsageError('TRANSPORT_LIMIT', `the limit ${name} is a finite number > 0, not ${value}`)
    }
  }
  return limits
}
