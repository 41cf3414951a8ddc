import type { Memory, Message } from '@hearsay/core'

/**
 * Between a protocol's messages in memory and their bytes on the wire. One per protocol; its `.proto` is the
 * specification. A codec keeps scratch space of its own and is not shared by hosts.
 */
export interface Codec {
  /** The protocol's name on the wire: frames travel on `/hearsay/<name>/1.0.0`. */
  readonly name: string
  /** The longest frame that an honest peer can send, in bytes; a longer one is refused before it is read. */
  readonly frameBytesMax: number
  /** The most words of payload that `decode` can write. */
  readonly payloadWordsMax: number

  /** How messages travel whose weights are too long for a frame. Absent where all of them fit into one. */
  readonly large?: LargeMessages | undefined

  /**
   * Bytes of a message that a protocol of this host sends. The result is the caller's.
   *
   * @throws {@link UsageError} for a message that this codec cannot carry: a defect of the protocol.
   */
  encode(message: Message, memory: Memory, peers: PeerInterner): Uint8Array

  /**
   * Parses a frame into `target`, whose payload is written to `memory` from `target.offset` on, with zeros up to the next
   * multiple of four words. Nothing of the frame is kept: it is only borrowed. After an error, `target` is undefined.
   *
   * @throws {@link RemoteError} with a `code` for anything that an honest peer could not have sent. Never anything else.
   */
  decode(frame: Uint8Array, target: MessageSlot, memory: Memory, peers: PeerInterner): void
}

/** Messages whose weights follow a head, as in `proto/transfer.proto`, and are written to their place as they come. */
export interface LargeMessages {
  /** Bytes of the longest body, and the most words of payload that it can fill. */
  readonly bytesMax: number
  readonly wordsMax: number
  /** Bytes of the weights of a message of this host's; 0 where it goes in a frame. */
  bodyBytes(message: Message): number
  /** The message without its weights. @throws as {@link Codec.encode}. */
  encodeHead(message: Message): Uint8Array
  /** A copy of its weights. */
  encodeBody(message: Message, memory: Memory): Uint8Array
  /**
   * Parses a head into `target`. Nothing of it is kept.
   *
   * @param bytes - Bytes of the body that was announced.
   * @throws as {@link Codec.decode}, for a head or a length that an honest peer could not have sent.
   */
  decodeHead(head: Uint8Array, bytes: number, target: MessageSlot): void
  /** Writes the bytes of the body from number `position` on to the payload of `target`. */
  writeBody(target: Message, memory: Memory, position: number, chunk: Uint8Array): void
  /** The whole body has been written: makes of it what a handler may read. */
  finishBody(target: Message, memory: Memory): void
}

/** A message that a host fills before it lends it to a protocol. `offset` is the host's; codecs leave it alone. */
export interface MessageSlot extends Message {
  kind: number
  value: number
  stamp: number
  readonly offset: number
  length: number
}

/**
 * Peers become integers at this border, and names again on the way out. A peer has a name (its PeerId in base58) and a
 * binary id (the PeerId's multihash); addresses are multiaddrs without a trailing `/p2p/…`, as text and in binary.
 */
export interface PeerInterner {
  /** The integer of the peer with this authenticated name; its addresses, where given, are remembered. */
  intern(name: string, addresses?: readonly string[]): number
  /**
   * The integer of the peer with this binary id, which a stranger sent. Addresses that are not understood are left out.
   * The bytes are copied.
   *
   * @throws {@link RemoteError} `PEER_ID_INVALID` where `id` is not one.
   */
  internBytes(id: Uint8Array, addresses: readonly Uint8Array[]): number
  /** The integer of the peer with this name, or `undefined` where the book does not hold it. */
  find(name: string): number | undefined
  /** The name of a peer, or `undefined` where the book has dropped it. */
  nameOf(peer: number): string | undefined
  /** The binary id of a peer, or `undefined` where the book has dropped it. Not to be written to. */
  bytesOf(peer: number): Uint8Array | undefined
  /** Up to `count` others whose addresses are known, the most recently used first; those that are pinned are left out. */
  recent(count: number): number[]
  /** The addresses known for a peer, possibly none. */
  addressesOf(peer: number): readonly string[]
  /** The same addresses in binary. Not to be written to. */
  addressBytesOf(peer: number): readonly Uint8Array[]
}
