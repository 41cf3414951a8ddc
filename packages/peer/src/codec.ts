import type { Memory, Message } from '@hearsay/core'

/** Between a protocol's messages in memory and their bytes on the wire. One per protocol; its `.proto` is the specification. */
export interface Codec {
  /** The protocol's name on the wire: frames travel on `/hearsay/<name>/1.0.0`. */
  readonly name: string
  /** The longest frame that an honest peer can send, in bytes; a longer one is refused before it is read. */
  readonly frameBytesMax: number
  /** The most words of payload that `decode` can write. */
  readonly payloadWordsMax: number

  /** Bytes of a message that a protocol of this host sends. The result is the caller's. */
  encode(message: Message, memory: Memory, peers: PeerInterner): Uint8Array

  /**
   * Parses a frame into `target`, whose payload is written to `memory` from `target.offset` on, with zeros up to the next
   * multiple of four words.
   *
   * @throws {@link RemoteError} with a `code` for anything that an honest peer could not have sent. Never anything else.
   */
  decode(frame: Uint8Array, target: MessageSlot, memory: Memory, peers: PeerInterner): void
}

/** A message that a host fills before it lends it to a protocol. `offset` is the host's; codecs leave it alone. */
export interface MessageSlot extends Message {
  kind: number
  value: number
  stamp: number
  readonly offset: number
  length: number
}

/** Peers become integers at this border, and names again on the way out. */
export interface PeerInterner {
  /** The integer of the peer with this name; its addresses, where given, are remembered. */
  intern(name: string, addresses?: readonly string[]): number
  /** The name of a peer, or `undefined` where the book has dropped it. */
  nameOf(peer: number): string | undefined
  /** The addresses known for a peer, possibly none. */
  addressesOf(peer: number): readonly string[]
}
