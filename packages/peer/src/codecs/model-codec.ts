import { alignWords, type Memory, type Message, RemoteError, UsageError } from '@hearsay/core'
import type { Codec, MessageSlot } from '../codec.ts'
import { assertCount, FRAME_BYTES_SPARE } from '../wire/bounds.ts'
import { FrameReader } from '../wire/frame-reader.ts'
import { bytesFieldLength, FrameWriter, varintFieldLength } from '../wire/frame-writer.ts'
import { readWords, writeWords } from '../wire/words.ts'

const AGE = 1
const WEIGHTS = 2

/** The only kind of gossip learning's messages. */
const MODEL = 0

export interface ModelCodecOptions {
  /** Linear outputs of the model: 1 for two classes, else one per class. An integer ≥ 1. */
  readonly outputs: number
  /** Words of one output: its features and its bias. An integer ≥ 1. */
  readonly dimension: number
  /** @defaultValue `'gossip-learning'` */
  readonly name?: string
}

/**
 * Models of gossip learning: `stamp` is the age, the payload is one vector per output, each followed by zeros up to the
 * next multiple of four words. On the wire it is `proto/gossip-learning.proto`, without those zeros.
 *
 * `decode` throws {@link RemoteError} `MODEL_AGE`, `MODEL_DIMENSION`, or one of {@link FrameReader}'s.
 */
export function createModelCodec(options: ModelCodecOptions): Codec {
  return new ModelCodec(options)
}

class ModelCodec implements Codec {
  readonly name: string
  readonly frameBytesMax: number
  readonly payloadWordsMax: number
  readonly #outputs: number
  readonly #dimension: number
  readonly #stride: number
  readonly #reader = new FrameReader()

  constructor({ outputs, dimension, name = 'gossip-learning' }: ModelCodecOptions) {
    assertCount('outputs', outputs, 1)
    assertCount('dimension', dimension, 1)
    this.name = name
    this.#outputs = outputs
    this.#dimension = dimension
    this.#stride = alignWords(dimension)
    this.payloadWordsMax = outputs * this.#stride
    assertCount('outputs × dimension', this.payloadWordsMax, 1)
    this.frameBytesMax =
      varintFieldLength(Number.MAX_SAFE_INTEGER) + bytesFieldLength(4 * outputs * dimension) + FRAME_BYTES_SPARE
  }

  encode(message: Message, memory: Memory): Uint8Array {
    const { kind, value, stamp, length } = message
    if (kind !== MODEL || value !== 0 || length !== this.payloadWordsMax) {
      throw new UsageError(
        'MODEL_MESSAGE',
        `a model is kind 0, value 0 and ${this.payloadWordsMax} words, not ${length}`,
      )
    }
    const bytes = 4 * this.#outputs * this.#dimension
    const writer = new FrameWriter(varintFieldLength(stamp) + bytesFieldLength(bytes))
    writer.varintField(AGE, stamp)
    writer.openBytesField(WEIGHTS, bytes)
    for (let output = 0; output < this.#outputs; output++) {
      writeWords(memory, message.offset + output * this.#stride, this.#dimension, writer.frame, writer.position)
      writer.position += 4 * this.#dimension
    }
    return writer.frame
  }

  decode(frame: Uint8Array, target: MessageSlot, memory: Memory): void {
    const reader = this.#reader
    let age = 0
    let start = 0
    let bytes = 0
    reader.open(frame, 0, frame.length)
    while (reader.next()) {
      if (reader.field === AGE) age = reader.varint()
      else if (reader.field === WEIGHTS) {
        bytes = reader.bytes()
        start = reader.start
      } else reader.skip()
    }
    reader.close()
    if (age > Number.MAX_SAFE_INTEGER) throw new RemoteError('MODEL_AGE', 'a model claims an age of 2^53 or more')
    if (bytes !== 4 * this.#outputs * this.#dimension) {
      throw new RemoteError(
        'MODEL_DIMENSION',
        `a model has ${bytes} bytes of weights; this run has ${this.#outputs} × ${this.#dimension} weights of 4 bytes`,
      )
    }
    target.kind = MODEL
    target.value = 0
    target.stamp = age
    target.length = this.payloadWordsMax
    this.#readWeights(frame, start, memory, target.offset)
  }

  #readWeights(frame: Uint8Array, start: number, memory: Memory, offset: number): void {
    const dimension = this.#dimension
    for (let output = 0; output < this.#outputs; output++) {
      const row = offset + output * this.#stride
      readWords(frame, start + 4 * output * dimension, dimension, memory, row)
      for (let pad = dimension; pad < this.#stride; pad++) memory.int32[row + pad] = 0
    }
  }
}
