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
  /** Sets the receiver of events. There is one: the host. Called once, before `start`. */
  listen(receiver: TransportReceiver): void
  start(): Promise<void>
  /** Flushes what is queued, within a deadline, then closes everything. Idempotent. */
  stop(): Promise<void>
}

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
}
