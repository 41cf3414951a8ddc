import { alignWords, type Memory, type Message, RemoteError, UsageError } from '@hearsay/core'
import { type Exchange, ModelFormat, type WeightEncoding } from '@hearsay/protocols'
import type { Codec, LargeMessages, MessageSlot } from '../codec.ts'
import { assertCount, FRAME_BYTES_SPARE, FRAME_WEIGHTS_BYTES_MAX } from '../wire/bounds.ts'
import { FrameReader } from '../wire/frame-reader.ts'
import { bytesFieldLength, FrameWriter, varintFieldLength } from '../wire/frame-writer.ts'
import { WeightsField } from './weights-field.ts'

const AGE = 1
const WEIGHTS: Record<WeightEncoding, number> = { float32: 2, float16: 3, int8: 4 }
const SELECTOR = { full: 0, partitioned: 5, subsampled: 6 } as const

/** The only kind of gossip learning's messages. */
const MODEL = 0

export interface ModelCodecOptions {
  /** Linear outputs of the model: 1 for two classes, else one per class. An integer ≥ 1. */
  readonly outputs: number
  /** Words of one output: its features and its bias. An integer ≥ 1. */
  readonly dimension: number
  /** @defaultValue `'gossip-learning'` */
  readonly name?: string
  /** As in `GossipLearningOptions`. @defaultValue `{ kind: 'full' }` */
  readonly exchange?: Exchange
  /** As in `GossipLearningOptions`. @defaultValue `'float32'` */
  readonly weights?: WeightEncoding
}

/**
 * Models of gossip learning, or parts of them: `stamp` is the age, `value` the part or the seed of the subset, and the
 * payload is what `ModelFormat` of `@hearsay/protocols` says. On the wire it is `proto/gossip-learning.proto`, without
 * what is only there to fill words.
 *
 * `decode` throws {@link RemoteError} `MODEL_AGE`, `MODEL_PART` for a part or seed that there is not, `MODEL_DIMENSION`,
 * or one of {@link FrameReader}'s.
 */
export function createModelCodec(options: ModelCodecOptions): Codec {
  return new ModelCodec(options)
}

class ModelCodec implements Codec, LargeMessages {
  readonly name: string
  readonly frameBytesMax: number
  readonly payloadWordsMax: number
  readonly bytesMax: number
  readonly wordsMax: number
  readonly #format: ModelFormat
  readonly #weights: WeightsField
  readonly #weightsField: number
  readonly #selectorField: number
  readonly #reader = new FrameReader()
  /** Of the frame that was read last. */
  #weightsBytes = 0

  constructor({ outputs, dimension, name = 'gossip-learning', ...format }: ModelCodecOptions) {
    assertCount('outputs', outputs, 1)
    assertCount('dimension', dimension, 1)
    const stride = alignWords(dimension)
    assertCount('outputs × dimension', outputs * stride, 1)
    this.name = name
    this.#format = new ModelFormat({ shape: { outputs, dimension, stride, words: outputs * stride }, ...format })
    this.#weights = new WeightsField(this.#format)
    this.#weightsField = WEIGHTS[this.#format.weights]
    this.#selectorField = SELECTOR[this.#format.exchange.kind]
    this.payloadWordsMax = this.#weights.frameWordsMax
    this.wordsMax = this.#format.wordsMax
    this.bytesMax = this.#weights.bytes(0)
    this.frameBytesMax =
      varintFieldLength(Number.MAX_SAFE_INTEGER) +
      bytesFieldLength(Math.min(this.bytesMax, FRAME_WEIGHTS_BYTES_MAX)) +
      (this.#selectorField === 0 ? 0 : varintFieldLength(2 ** 32 - 1)) +
      FRAME_BYTES_SPARE
  }

  get large(): LargeMessages | undefined {
    return this.#weights.isLarge(0) ? this : undefined
  }

  encode(message: Message, memory: Memory): Uint8Array {
    this.#assertSendable(message)
    const { value, stamp, offset } = message
    const bytes = this.#weights.bytes(value)
    const writer = new FrameWriter(varintFieldLength(stamp) + bytesFieldLength(bytes) + varintFieldLength(value))
    writer.varintField(AGE, stamp)
    writer.openBytesField(this.#weightsField, bytes)
    this.#weights.write(memory, offset, bytes, writer)
    if (this.#selectorField !== 0) writer.varintField(this.#selectorField, value)
    return writer.frame
  }

  decode(frame: Uint8Array, target: MessageSlot, memory: Memory): void {
    const start = this.#read(frame, target)
    const { value } = target
    const bytes = this.#weightsBytes
    this.#assertBytes(bytes, value)
    if (this.#weights.isLarge(value)) {
      throw new RemoteError('MODEL_FRAME', `a model of ${bytes} bytes came in a frame: it is to be a transfer`)
    }
    this.#weights.read(frame, start, bytes, memory, target)
  }

  bodyBytes({ value }: Message): number {
    return this.#weights.isLarge(value) ? this.#weights.bytes(value) : 0
  }

  encodeHead(message: Message): Uint8Array {
    this.#assertSendable(message)
    const { value, stamp } = message
    const writer = new FrameWriter(varintFieldLength(stamp) + varintFieldLength(value))
    writer.varintField(AGE, stamp)
    if (this.#selectorField !== 0) writer.varintField(this.#selectorField, value)
    return writer.frame
  }

  encodeBody({ value, offset }: Message, memory: Memory): Uint8Array {
    const body = new Uint8Array(this.#weights.bytes(value))
    this.#weights.copy(memory, offset, body.length, body, 0)
    return body
  }

  decodeHead(head: Uint8Array, bytes: number, target: MessageSlot): void {
    this.#read(head, target)
    if (this.#weightsBytes === 0) return this.#assertBytes(bytes, target.value)
    throw new RemoteError('MODEL_HEAD', 'the head of a transfer has weights of its own')
  }

  writeBody({ offset }: Message, memory: Memory, position: number, chunk: Uint8Array): void {
    this.#weights.readChunk(chunk, memory, offset, position)
  }

  finishBody({ value, offset }: Message, memory: Memory): void {
    this.#weights.settle(memory, offset, value)
  }

  /** Reads everything but the weights; leaves how many bytes of them there are. @returns Where they begin. */
  #read(frame: Uint8Array, target: MessageSlot): number {
    const reader = this.#reader
    let age = 0
    let value = 0
    let start = 0
    let bytes = 0
    reader.open(frame, 0, frame.length)
    while (reader.next()) {
      if (reader.field === AGE) age = reader.varint()
      else if (reader.field === this.#weightsField) {
        bytes = reader.bytes()
        start = reader.start
      } else if (reader.field === this.#selectorField) value = reader.varint()
      else reader.skip()
    }
    reader.close()
    this.#assertBounds(age, value)
    target.kind = MODEL
    target.value = value
    target.stamp = age
    target.length = this.#format.words(value)
    this.#weightsBytes = bytes
    return start
  }

  #assertSendable({ kind, value, length }: Message): void {
    if (kind === MODEL && this.#format.isValue(value) && length === this.#format.words(value)) return
    const { wordsMax } = this.#format
    throw new UsageError(
      'MODEL_MESSAGE',
      `a model is kind 0, value 0 or that of its part, and ${wordsMax} words at most, not ${kind}, ${value} and ${length}`,
    )
  }

  #assertBounds(age: number, value: number): void {
    if (age > Number.MAX_SAFE_INTEGER) throw new RemoteError('MODEL_AGE', 'a model claims an age of 2^53 or more')
    if (this.#format.isValue(value)) return
    throw new RemoteError('MODEL_PART', `a ${this.#format.exchange.kind} model has no part or subset ${value}`)
  }

  #assertBytes(bytes: number, value: number): void {
    if (bytes === this.#weights.bytes(value)) return
    const { weights } = this.#format
    throw new RemoteError(
      'MODEL_DIMENSION',
      `a model has ${bytes} bytes of weights; in this run it has ${this.#format.count(value)} weights as ${weights}`,
    )
  }
}
