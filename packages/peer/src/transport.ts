/**
 * Moves frames between peers. A peer is named by the string form of its PeerId, which the transport has authenticated
 * before it names anyone. Nothing here knows what a frame means.
 */
export interface Transport {
  /** This peer's own name. */
  readonly self: string
  /** Addresses at which others reach this peer now, as multiaddr strings without the `/p2p/…` suffix. */
  readonly addresses: readonly string[]
  /**
   * Queues one frame (without its length prefix) for a peer. Never throws and never blocks: where the peer cannot be
   * reached, or its bounded buffer is full, the frame is dropped and counted. `addresses` are used if there is no
   * connection yet. The frame belongs to the transport from here on.
   *
   * It never calls the receiver before it returns: a handler is running, and handlers do not nest.
   *
   * @param protocol - The name of the protocol's {@link Codec}, in both directions.
   */
  send(peer: string, protocol: string, frame: Uint8Array, addresses: readonly string[]): void
  /**
   * Sends one message that is longer than a frame. As {@link send}, but flow control is that of the stream, few of them are under way at
   * a time, and where there is no room for one more it is dropped and counted, before its body is copied.
   */
  transfer(peer: string, protocol: string, transfer: OutgoingTransfer, addresses: readonly string[]): void
  /** Sets the receiver of events. There is one: the host. Called once, before `start`. */
  listen(receiver: TransportReceiver): void
  start(): Promise<void>
  /** Flushes what is queued, within a deadline, then closes everything. Idempotent. */
  stop(): Promise<void>
}

/** A message whose weights are too long for a frame. */
export interface OutgoingTransfer {
  /** The message without its weights. */
  readonly head: Uint8Array
  /** Bytes of its weights, ≥ 1. */
  readonly bytes: number
  /** A copy of the weights as they are now. Called within `transfer`, if at all. */
  copyBody(): Uint8Array
}

/** Where the body of an incoming transfer goes, piece by piece. After `end` or `abort` it is not used any more. */
export interface TransferSink {
  /** The next bytes. `chunk` is borrowed. In all there are as many as were announced. */
  write(chunk: Uint8Array): void
  /**
   * All bytes have come.
   *
   * @returns As {@link TransportReceiver.onFrame}.
   */
  end(): boolean
  /** No more of them come. */
  abort(): void
}

/**
 * Why a transfer is not taken: `busy`: not now, which is nobody's fault; `refused`: the receiver does not accept such a message;
 * `oversize`: it is longer than any honest one.
 */
export type TransferRefusal = 'busy' | 'refused' | 'oversize'

/** What a host hears from its transport. */
export interface TransportReceiver {
  /**
   * A whole frame has come in. `frame` is borrowed: it is valid until this call returns.
   *
   * @returns Whether the frame was acceptable. After too many that were not, the transport cuts the sender off.
   */
  onFrame(peer: string, protocol: string, frame: Uint8Array): boolean
  /** A peer could not be dialled, or has closed its connection. It may never have been heard of. */
  onUnreachable(peer: string): void
  /**
   * A message of `bytes` bytes behind `head`, which is borrowed, is announced, and nothing of them has been read.
   *
   * @returns What takes it, or why not. A receiver without this method refuses all of them.
   */
  onTransfer?(peer: string, protocol: string, head: Uint8Array, bytes: number): TransferSink | TransferRefusal
}
