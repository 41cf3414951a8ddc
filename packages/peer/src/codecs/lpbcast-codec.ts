import { alignWords, type Memory, type Message, RemoteError, UsageError } from '@hearsay/core'
import type { Codec, MessageSlot, PeerInterner } from '../codec.ts'
import { assertCount, FRAME_BYTES_SPARE } from '../wire/bounds.ts'
import { type Descriptor, DESCRIPTOR_BYTES_MAX, DescriptorReader, internDescriptors } from '../wire/descriptors.ts'
import { FrameReader } from '../wire/frame-reader.ts'
import { bytesFieldLength, varintFieldLength } from '../wire/frame-writer.ts'
import { readWords } from '../wire/words.ts'
import { encodeGossip, encodeRetrieve } from './lpbcast-frames.ts'
import { COUNTS, EVENT_HEADER, Field, GOSSIP, ID_BYTES, RETRIEVE } from './lpbcast-layout.ts'

/** The sizes of an lpbcast that bound its messages, as in `LpbcastOptions`. */
export interface LpbcastCodecOptions {
  /** |subs|: an integer in 1 … 255. */
  readonly subscriptions: number
  /** |unSubs|: an integer in 1 … 255. */
  readonly unsubscriptions: number
  /** |events|: an integer in 1 … 4096. */
  readonly events: number
  /** Identifiers that a message carries: an integer in 0 … 16 384. */
  readonly digest: number
  /** Events that are asked for at once: an integer in 0 … 4096. */
  readonly retrievals: number
  /** Words of content that an event may have: an integer in 0 … 65 535. */
  readonly contentWords: number
  /** @defaultValue `'lpbcast'` */
  readonly name?: string
}

/** An event as it lies in a frame. */
interface WireEvent {
  readonly id: number
  readonly start: number
  readonly words: number
}

/**
 * Messages of lpbcast: the payload is what `Lpbcast` of `@hearsay/protocols` says. On the wire it is
 * `proto/lpbcast.proto`, where peers have names and addresses. A peer that the address book has dropped is left out when a
 * message is sent.
 *
 * `decode` throws {@link RemoteError} `LPBCAST_KIND` (unknown, or with what belongs to the other), `LPBCAST_MEMBERS` (too
 * many, or a peer twice), `LPBCAST_IDS` (too many, or no identifiers), `LPBCAST_EVENTS` (too many, too long, or without an
 * identifier), `LPBCAST_ADDRESSES`, `LPBCAST_AGE`, `PEER_ID_INVALID`, or one of {@link FrameReader}'s.
 */
export function createLpbcastCodec(options: LpbcastCodecOptions): Codec {
  return new LpbcastCodec(options)
}

class LpbcastCodec implements Codec {
  readonly name: string
  readonly frameBytesMax: number
  readonly payloadWordsMax: number
  readonly #options: LpbcastCodecOptions
  readonly #reader = new FrameReader()
  readonly #eventReader = new FrameReader()
  readonly #members = new DescriptorReader('LPBCAST')
  #subscriptions: Descriptor[] = []
  #unsubscriptions: Descriptor[] = []
  #events: WireEvent[] = []
  #idsStart = 0
  #idsBytes = 0

  constructor(options: LpbcastCodecOptions) {
    const { subscriptions, unsubscriptions, events, digest, retrievals, contentWords } = options
    assertCount('subscriptions', subscriptions, 1, 255)
    assertCount('unsubscriptions', unsubscriptions, 1, 255)
    assertCount('events', events, 1, 4096)
    assertCount('digest', digest, 0, 4 * 4096)
    assertCount('retrievals', retrievals, 0, 4096)
    assertCount('contentWords', contentWords, 0, 65535)
    this.name = options.name ?? 'lpbcast'
    this.#options = options
    const ids = Math.max(digest, retrievals)
    const members = subscriptions + 1 + unsubscriptions + 1
    const event = varintFieldLength(Number.MAX_SAFE_INTEGER) + bytesFieldLength(4 * contentWords)
    this.payloadWordsMax =
      COUNTS + members + unsubscriptions + 1 + 2 * ids + Math.max(events, 1) * (EVENT_HEADER + contentWords)
    this.frameBytesMax =
      varintFieldLength(RETRIEVE) +
      members * bytesFieldLength(DESCRIPTOR_BYTES_MAX) +
      bytesFieldLength(ID_BYTES * ids) +
      events * bytesFieldLength(event) +
      FRAME_BYTES_SPARE
  }

  encode(message: Message, memory: Memory, peers: PeerInterner): Uint8Array {
    const { kind, length } = message
    if (kind > RETRIEVE || length > this.payloadWordsMax) {
      throw new UsageError('LPBCAST_MESSAGE', `'${this.name}' does not send kind ${kind} with ${length} words`)
    }
    return kind === GOSSIP ? encodeGossip(message, memory, peers) : encodeRetrieve(message, memory)
  }

  decode(frame: Uint8Array, target: MessageSlot, memory: Memory, peers: PeerInterner): void {
    const kind = this.#read(frame)
    const isGossip = kind === GOSSIP
    const others = this.#subscriptions.length + this.#unsubscriptions.length + this.#events.length
    if (kind > RETRIEVE || (!isGossip && others > 0)) {
      throw new RemoteError('LPBCAST_KIND', `a message has the kind ${kind} and ${others} members and events`)
    }
    this.#assertIds(frame, isGossip ? this.#options.digest : this.#options.retrievals)
    target.kind = kind
    target.value = 0
    target.stamp = 0
    if (isGossip) target.length = this.#writeGossip(frame, target.offset, memory, peers)
    else target.length = this.#writeIds(frame, memory, target.offset) - target.offset
    memory.int32.fill(0, target.offset + target.length, target.offset + alignWords(target.length))
  }

  #read(frame: Uint8Array): number {
    const reader = this.#reader
    const { subscriptions, unsubscriptions } = this.#options
    let kind = 0
    this.#subscriptions = []
    this.#unsubscriptions = []
    this.#events = []
    this.#idsStart = 0
    this.#idsBytes = 0
    reader.open(frame, 0, frame.length)
    while (reader.next()) {
      if (reader.field === Field.kind) kind = reader.varint()
      else if (reader.field === Field.subscriptions) this.#member(frame, this.#subscriptions, subscriptions + 1)
      else if (reader.field === Field.unsubscriptions) this.#member(frame, this.#unsubscriptions, unsubscriptions + 1)
      else if (reader.field === Field.ids) {
        this.#idsBytes = reader.bytes()
        this.#idsStart = reader.start
      } else if (reader.field === Field.events) this.#event(frame)
      else reader.skip()
    }
    reader.close()
    return kind
  }

  #member(frame: Uint8Array, list: Descriptor[], most: number): void {
    this.#reader.bytes()
    if (list.length === most) throw new RemoteError('LPBCAST_MEMBERS', `a message has more than ${most} of one list`)
    list.push(this.#members.read(frame, this.#reader.start, this.#reader.end))
  }

  #event(frame: Uint8Array): void {
    this.#reader.bytes()
    const reader = this.#eventReader
    let id = 0
    let start = 0
    let bytes = 0
    reader.open(frame, this.#reader.start, this.#reader.end)
    while (reader.next()) {
      if (reader.field === Field.eventId) id = reader.varint()
      else if (reader.field === Field.eventContent) {
        bytes = reader.bytes()
        start = reader.start
      } else reader.skip()
    }
    reader.close()
    const { events, contentWords } = this.#options
    const sound = id > 0 && id <= Number.MAX_SAFE_INTEGER && bytes % 4 === 0 && bytes <= 4 * contentWords
    if (!sound || this.#events.length === events) {
      throw new RemoteError('LPBCAST_EVENTS', `event ${this.#events.length + 1}: identifier ${id}, ${bytes} bytes`)
    }
    this.#events.push({ id, start, words: bytes / 4 })
  }

  #assertIds(frame: Uint8Array, most: number): void {
    if (this.#idsBytes % ID_BYTES !== 0 || this.#idsBytes > ID_BYTES * most) {
      throw new RemoteError('LPBCAST_IDS', `${this.#idsBytes} bytes are not at most ${most} identifiers`)
    }
    for (let at = this.#idsStart; at < this.#idsStart + this.#idsBytes; at += ID_BYTES) {
      let some = 0
      for (let i = 0; i < ID_BYTES; i++) some |= frame[at + i]
      if (some === 0 || frame[at + 7] > 0 || frame[at + 6] > 0x1f) {
        throw new RemoteError('LPBCAST_IDS', 'an identifier is 0, or 2^53 or more')
      }
    }
  }

  /** Writes the payload of a GOSSIP. @returns Its words. */
  #writeGossip(frame: Uint8Array, offset: number, memory: Memory, peers: PeerInterner): number {
    const words = memory.int32
    words[offset] = this.#subscriptions.length
    words[offset + 1] = this.#unsubscriptions.length
    words[offset + 2] = this.#idsBytes / ID_BYTES
    words[offset + 3] = this.#events.length
    let at = offset + COUNTS
    const sound = internDescriptors(this.#subscriptions, words, at, 1, peers)
    at += this.#subscriptions.length
    if (!sound || !internDescriptors(this.#unsubscriptions, words, at, 2, peers)) {
      throw new RemoteError('LPBCAST_MEMBERS', 'a list has a peer twice')
    }
    at = this.#writeIds(frame, memory, at + 2 * this.#unsubscriptions.length)
    for (const { id, start, words: length } of this.#events) {
      words[at] = id | 0
      words[at + 1] = Math.floor(id / 2 ** 32)
      words[at + 2] = length
      readWords(frame, start, length, memory, at + EVENT_HEADER)
      at += EVENT_HEADER + length
    }
    return at - offset
  }

  /** @returns Where the next word goes. */
  #writeIds(frame: Uint8Array, memory: Memory, at: number): number {
    readWords(frame, this.#idsStart, this.#idsBytes / 4, memory, at)
    return at + this.#idsBytes / 4
  }
}
