import { alignWords, type Memory, type Message, RemoteError, UsageError } from '@hearsay/core'
import type { Codec, MessageSlot } from '../codec.ts'
import { assertCount, FRAME_BYTES_SPARE } from '../wire/bounds.ts'
import { FrameReader } from '../wire/frame-reader.ts'
import { bytesFieldLength, FrameWriter, varintFieldLength } from '../wire/frame-writer.ts'
import { readWords, writeWords } from '../wire/words.ts'

const KIND = 1
const VALUE = 2
const STAMP = 3
const PAYLOAD = 4

const KIND_MAX = 127
const DOUBLE_FIELD_BYTES = 9
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/

export interface MessageCodecOptions {
  /** The protocol's name on the wire: 1 to 64 of a–z, 0–9 and `-`, the first not `-`. */
  readonly name: string
  /** The longest payload that the protocol sends, in words. An integer ≥ 0. */
  readonly payloadWordsMax: number
}

/**
 * The default codec, for a protocol that has no schema of its own: header and payload as they are. On the wire it is
 * `proto/message.proto`.
 *
 * `decode` throws {@link RemoteError} `MESSAGE_KIND`, `MESSAGE_STAMP`, `MESSAGE_PAYLOAD` (too long, or not whole
 * words), or one of {@link FrameReader}'s.
 */
export function createMessageCodec(options: MessageCodecOptions): Codec {
  return new MessageCodec(options)
}

class MessageCodec implements Codec {
  readonly name: string
  readonly frameBytesMax: number
  readonly payloadWordsMax: number
  readonly #reader = new FrameReader()

  constructor({ name, payloadWordsMax }: MessageCodecOptions) {
    if (!NAME.test(name)) {
      throw new UsageError('CODEC_NAME', `a protocol's name is 1 to 64 of a–z, 0–9 and '-', not '${name}'`)
    }
    assertCount('payloadWordsMax', payloadWordsMax, 0)
    this.name = name
    this.payloadWordsMax = payloadWordsMax
    this.frameBytesMax =
      varintFieldLength(KIND_MAX) +
      DOUBLE_FIELD_BYTES +
      varintFieldLength(Number.MAX_SAFE_INTEGER) +
      bytesFieldLength(4 * payloadWordsMax) +
      FRAME_BYTES_SPARE
  }

  encode(message: Message, memory: Memory): Uint8Array {
    const { kind, value, stamp, offset, length } = message
    if (length > this.payloadWordsMax) {
      throw new UsageError('MESSAGE_PAYLOAD', `'${this.name}' sends ${length} words, at most ${this.payloadWordsMax}`)
    }
    const writer = new FrameWriter(
      varintFieldLength(kind) +
        (Object.is(value, 0) ? 0 : DOUBLE_FIELD_BYTES) +
        varintFieldLength(stamp) +
        (length === 0 ? 0 : bytesFieldLength(4 * length)),
    )
    writer.varintField(KIND, kind)
    writer.doubleField(VALUE, value)
    writer.varintField(STAMP, stamp)
    if (length > 0) {
      writer.openBytesField(PAYLOAD, 4 * length)
      writeWords(memory, offset, length, writer.frame, writer.position)
    }
    return writer.frame
  }

  decode(frame: Uint8Array, target: MessageSlot, memory: Memory): void {
    const reader = this.#reader
    let kind = 0
    let value = 0
    let stamp = 0
    let start = 0
    let bytes = 0
    reader.open(frame, 0, frame.length)
    while (reader.next()) {
      if (reader.field === KIND) kind = reader.varint()
      else if (reader.field === VALUE) value = reader.double()
      else if (reader.field === STAMP) stamp = reader.varint()
      else if (reader.field === PAYLOAD) {
        bytes = reader.bytes()
        start = reader.start
      } else reader.skip()
    }
    reader.close()
    this.#assertBounds(kind, stamp, bytes)
    target.kind = kind
    target.value = value
    target.stamp = stamp
    target.length = bytes / 4
    readWords(frame, start, target.length, memory, target.offset)
    memory.int32.fill(0, target.offset + target.length, target.offset + alignWords(target.length))
  }

  #assertBounds(kind: number, stamp: number, bytes: number): void {
    if (kind > KIND_MAX) throw new RemoteError('MESSAGE_KIND', `a message's kind is at most ${KIND_MAX}, not ${kind}`)
    if (stamp > Number.MAX_SAFE_INTEGER) throw new RemoteError('MESSAGE_STAMP', `a message's stamp is 2^53 or more`)
    if (bytes % 4 !== 0 || bytes > 4 * this.payloadWordsMax) {
      const words = this.payloadWordsMax
      throw new RemoteError('MESSAGE_PAYLOAD', `'${this.name}' carries at most ${words} words, not ${bytes} bytes`)
    }
  }
}
