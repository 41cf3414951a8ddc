import { alignWords, type Memory, type Message, RemoteError, UsageError } from '@hearsay/core'
import type { Codec, MessageSlot, PeerInterner } from '../codec.ts'
import { ADDRESSES_MAX, assertCount, FRAME_BYTES_SPARE } from '../wire/bounds.ts'
import { FrameReader } from '../wire/frame-reader.ts'
import { bytesFieldLength, FrameWriter, varintFieldLength } from '../wire/frame-writer.ts'
import { ADDRESS_BYTES_MAX, PEER_ID_BYTES_MAX } from '../wire/names.ts'

const KIND = 1
const VIEW = 2
const PEER = 1
const ADDRESSES = 2
const AGE = 3

/** Kinds are 0 (request), 1 (reply) and 2 (leave). */
const LEAVE = 2

const AGE_MAX = 0x7fffffff
const WORDS_PER_DESCRIPTOR = 2

const DESCRIPTOR_BYTES_MAX =
  bytesFieldLength(PEER_ID_BYTES_MAX) + ADDRESSES_MAX * bytesFieldLength(ADDRESS_BYTES_MAX) + varintFieldLength(AGE_MAX)

export interface NewsCastCodecOptions {
  /** Descriptors in a view; a message carries one more, the sender's own. An integer in 1 … 1024. */
  readonly viewSize: number
  /** @defaultValue `'newscast'` */
  readonly name?: string
}

/** A descriptor as it lies in a frame: nothing is copied until the whole frame is known to be sound. */
interface Descriptor {
  readonly peer: Uint8Array
  readonly addresses: readonly Uint8Array[]
  readonly age: number
}

/** A descriptor on its way out. */
interface Entry extends Descriptor {
  readonly bytes: number
}

/**
 * Views of NewsCast: the payload is pairs of int32 words (peer, age). On the wire it is `proto/newscast.proto`, where
 * peers have names and addresses. A descriptor whose peer the address book has dropped is left out when a view is sent.
 *
 * `decode` throws {@link RemoteError} `NEWSCAST_KIND`, `NEWSCAST_AGE`, `NEWSCAST_VIEW` (too many descriptors, a peer
 * twice, or a view on a LEAVE), `NEWSCAST_ADDRESSES` (too many, too long or empty), `PEER_ID_INVALID`, or one of
 * {@link FrameReader}'s.
 */
export function createNewsCastCodec(options: NewsCastCodecOptions): Codec {
  return new NewsCastCodec(options)
}

class NewsCastCodec implements Codec {
  readonly name: string
  readonly frameBytesMax: number
  readonly payloadWordsMax: number
  readonly #descriptorsMax: number
  readonly #exchange = new FrameReader()
  readonly #descriptor = new FrameReader()

  constructor({ viewSize, name = 'newscast' }: NewsCastCodecOptions) {
    assertCount('viewSize', viewSize, 1, 1024)
    this.name = name
    this.#descriptorsMax = viewSize + 1
    this.payloadWordsMax = WORDS_PER_DESCRIPTOR * this.#descriptorsMax
    this.frameBytesMax =
      varintFieldLength(LEAVE) + this.#descriptorsMax * bytesFieldLength(DESCRIPTOR_BYTES_MAX) + FRAME_BYTES_SPARE
  }

  encode(message: Message, memory: Memory, peers: PeerInterner): Uint8Array {
    const { kind, length } = message
    if (kind > LEAVE || length > this.payloadWordsMax || length % 2 !== 0 || (kind === LEAVE && length > 0)) {
      throw new UsageError(
        'NEWSCAST_MESSAGE',
        `a view is kind 0 … 2 and pairs of words, not kind ${kind}, ${length} words`,
      )
    }
    const entries = outgoing(message, memory, peers)
    let size = varintFieldLength(kind)
    for (const entry of entries) size += bytesFieldLength(entry.bytes)
    const writer = new FrameWriter(size)
    writer.varintField(KIND, kind)
    for (const entry of entries) {
      writer.openBytesField(VIEW, entry.bytes)
      writer.bytesField(PEER, entry.peer)
      for (const address of entry.addresses) writer.bytesField(ADDRESSES, address)
      writer.varintField(AGE, entry.age)
    }
    return writer.frame
  }

  decode(frame: Uint8Array, target: MessageSlot, memory: Memory, peers: PeerInterner): void {
    const reader = this.#exchange
    const view: Descriptor[] = []
    let kind = 0
    reader.open(frame, 0, frame.length)
    while (reader.next()) {
      if (reader.field === KIND) kind = reader.varint()
      else if (reader.field === VIEW) {
        reader.bytes()
        if (view.length === this.#descriptorsMax) {
          throw new RemoteError('NEWSCAST_VIEW', `a view has more than ${this.#descriptorsMax} descriptors`)
        }
        view.push(this.#readDescriptor(frame, reader.start, reader.end))
      } else reader.skip()
    }
    reader.close()
    if (kind > LEAVE) throw new RemoteError('NEWSCAST_KIND', `an exchange has the unknown kind ${kind}`)
    if (kind === LEAVE && view.length > 0) throw new RemoteError('NEWSCAST_VIEW', 'a LEAVE carries a view')
    target.kind = kind
    target.value = 0
    target.stamp = 0
    target.length = WORDS_PER_DESCRIPTOR * view.length
    intern(view, memory.int32, target.offset, peers)
  }

  #readDescriptor(frame: Uint8Array, start: number, end: number): Descriptor {
    const reader = this.#descriptor
    const addresses: Uint8Array[] = []
    let peer = frame.subarray(start, start)
    let age = 0
    reader.open(frame, start, end)
    while (reader.next()) {
      if (reader.field === PEER) {
        reader.bytes()
        peer = frame.subarray(reader.start, reader.end)
      } else if (reader.field === ADDRESSES) {
        const length = reader.bytes()
        if (length === 0 || length > ADDRESS_BYTES_MAX || addresses.length === ADDRESSES_MAX) {
          throw new RemoteError('NEWSCAST_ADDRESSES', `address ${addresses.length + 1} of a peer has ${length} bytes`)
        }
        addresses.push(frame.subarray(reader.start, reader.end))
      } else if (reader.field === AGE) age = reader.varint()
      else reader.skip()
    }
    reader.close()
    if (age > AGE_MAX) throw new RemoteError('NEWSCAST_AGE', 'a descriptor claims an age of 2^31 cycles or more')
    return { peer, addresses, age }
  }
}

/** Peers become integers. Quadratic in the length of a view, which is short. */
function intern(view: readonly Descriptor[], words: Int32Array, offset: number, peers: PeerInterner): void {
  for (let i = 0; i < view.length; i++) {
    const { peer: id, addresses, age } = view[i]
    const peer = peers.internBytes(id, addresses)
    const word = offset + WORDS_PER_DESCRIPTOR * i
    for (let other = offset; other < word; other += WORDS_PER_DESCRIPTOR) {
      if (words[other] === peer) throw new RemoteError('NEWSCAST_VIEW', 'a view has a peer twice')
    }
    words[word] = peer
    words[word + 1] = age
  }
  const length = WORDS_PER_DESCRIPTOR * view.length
  words.fill(0, offset + length, offset + alignWords(length))
}

function outgoing(message: Message, memory: Memory, peers: PeerInterner): Entry[] {
  const entries: Entry[] = []
  const words = memory.int32
  for (let i = message.offset; i < message.offset + message.length; i += WORDS_PER_DESCRIPTOR) {
    const age = words[i + 1]
    if (age < 0) throw new UsageError('NEWSCAST_MESSAGE', `a descriptor's age is ≥ 0, not ${age}`)
    const peer = peers.bytesOf(words[i])
    if (peer === undefined) continue
    const addresses = peers.addressBytesOf(words[i])
    let bytes = bytesFieldLength(peer.length) + varintFieldLength(age)
    for (const address of addresses) bytes += bytesFieldLength(address.length)
    entries.push({ peer, addresses, age, bytes })
  }
  return entries
}
