import { alignWords, type Memory, type Message, RemoteError, UsageError } from '@hearsay/core'
import type { Codec, MessageSlot, PeerInterner } from '../codec.ts'
import { assertCount, FRAME_BYTES_SPARE } from '../wire/bounds.ts'
import {
  type Descriptor,
  DESCRIPTOR_BYTES_MAX,
  DescriptorReader,
  descriptorsLength,
  internDescriptors,
  type OutgoingDescriptor,
  outgoingDescriptor,
  writeDescriptors,
} from '../wire/descriptors.ts'
import { FrameReader } from '../wire/frame-reader.ts'
import { bytesFieldLength, FrameWriter, varintFieldLength } from '../wire/frame-writer.ts'

const KIND = 1
const VIEW = 2

const KIND_MAX = 2
const WORDS_PER_DESCRIPTOR = 2

/** What tells the messages of one peer sampler from those of another. */
export interface ViewFormat {
  /** The protocol's name on the wire. */
  readonly name: string
  /** What the codes of errors begin with. */
  readonly code: string
  /** Descriptors of the longest message. */
  readonly descriptorsMax: number
  /** Of the kinds 0 … 2, those that carry no view. */
  readonly bareKinds: readonly number[]
}

/**
 * Views of peer samplers: the payload is pairs of int32 words (peer, age), which become names and addresses on the wire.
 * A descriptor whose peer the address book has dropped is left out when a view is sent.
 *
 * `decode` throws {@link RemoteError} `…_KIND`, `…_AGE`, `…_VIEW` (too many descriptors, a peer twice, or a view on a bare
 * kind), `…_ADDRESSES` (too many, too long or empty), `PEER_ID_INVALID`, or one of {@link FrameReader}'s.
 */
export class ViewCodec implements Codec {
  readonly name: string
  readonly frameBytesMax: number
  readonly payloadWordsMax: number
  readonly #format: ViewFormat
  readonly #reader = new FrameReader()
  readonly #descriptors: DescriptorReader

  constructor(format: ViewFormat) {
    assertCount('descriptorsMax', format.descriptorsMax, 1, 1025)
    this.name = format.name
    this.#format = format
    this.#descriptors = new DescriptorReader(format.code)
    this.payloadWordsMax = WORDS_PER_DESCRIPTOR * format.descriptorsMax
    this.frameBytesMax =
      varintFieldLength(KIND_MAX) + format.descriptorsMax * bytesFieldLength(DESCRIPTOR_BYTES_MAX) + FRAME_BYTES_SPARE
  }

  encode(message: Message, memory: Memory, peers: PeerInterner): Uint8Array {
    const { kind, length } = message
    const isBare = this.#format.bareKinds.includes(kind)
    if (kind > KIND_MAX || length > this.payloadWordsMax || length % 2 !== 0 || (isBare && length > 0)) {
      throw new UsageError(
        `${this.#format.code}_MESSAGE`,
        `a view is kind 0 … ${KIND_MAX} and pairs of words, not kind ${kind}, ${length} words`,
      )
    }
    const entries = this.#outgoing(message, memory, peers)
    const writer = new FrameWriter(varintFieldLength(kind) + descriptorsLength(entries))
    writer.varintField(KIND, kind)
    writeDescriptors(writer, VIEW, entries)
    return writer.frame
  }

  decode(frame: Uint8Array, target: MessageSlot, memory: Memory, peers: PeerInterner): void {
    const reader = this.#reader
    const view: Descriptor[] = []
    let kind = 0
    reader.open(frame, 0, frame.length)
    while (reader.next()) {
      if (reader.field === KIND) kind = reader.varint()
      else if (reader.field === VIEW) {
        reader.bytes()
        if (view.length === this.#format.descriptorsMax) {
          throw this.#refusal('VIEW', `a view has more than ${this.#format.descriptorsMax} descriptors`)
        }
        view.push(this.#descriptors.read(frame, reader.start, reader.end))
      } else reader.skip()
    }
    reader.close()
    if (kind > KIND_MAX) throw this.#refusal('KIND', `an exchange has the unknown kind ${kind}`)
    if (this.#format.bareKinds.includes(kind) && view.length > 0) {
      throw this.#refusal('VIEW', `a message of kind ${kind} carries a view`)
    }
    target.kind = kind
    target.value = 0
    target.stamp = 0
    target.length = WORDS_PER_DESCRIPTOR * view.length
    const { int32 } = memory
    if (!internDescriptors(view, int32, target.offset, WORDS_PER_DESCRIPTOR, peers)) {
      throw this.#refusal('VIEW', 'a view has a peer twice')
    }
    int32.fill(0, target.offset + target.length, target.offset + alignWords(target.length))
  }

  #outgoing({ offset, length }: Message, memory: Memory, peers: PeerInterner): OutgoingDescriptor[] {
    const entries: OutgoingDescriptor[] = []
    const words = memory.int32
    for (let i = offset; i < offset + length; i += WORDS_PER_DESCRIPTOR) {
      const age = words[i + 1]
      if (age < 0) throw new UsageError(`${this.#format.code}_MESSAGE`, `a descriptor's age is ≥ 0, not ${age}`)
      const entry = outgoingDescriptor(words[i], age, peers)
      if (entry !== undefined) entries.push(entry)
    }
    return entries
  }

  #refusal(what: string, message: string): RemoteError {
    return new RemoteError(`${this.#format.code}_${what}`, message)
  }
}
