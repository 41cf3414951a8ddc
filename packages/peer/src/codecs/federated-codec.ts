import { alignWords, type Memory, type Message, RemoteError, UsageError } from '@hearsay/core'
import {
  type FederatedFormat,
  FederatedKind,
  UPDATE_ROWS_MAX,
  updateRows,
  updateSeed,
  updateValue,
} from '@hearsay/federated'
import { ModelFormat, type WeightEncoding } from '@hearsay/protocols'
import type { Codec, LargeMessages, MessageSlot } from '../codec.ts'
import { assertCount, FRAME_BYTES_SPARE, FRAME_WEIGHTS_BYTES_MAX } from '../wire/bounds.ts'
import { bytesFieldLength, FrameWriter, varintFieldLength } from '../wire/frame-writer.ts'
import { FederatedFrame } from './federated-frame.ts'
import { FederatedField } from './federated-layout.ts'
import { WeightsField } from './weights-field.ts'

const WEIGHTS: Record<WeightEncoding, number> = {
  float32: FederatedField.float32,
  float16: FederatedField.float16,
  int8: FederatedField.int8,
}
const SEED_MAX = 2 ** 32 - 1

export interface FederatedCodecOptions extends FederatedFormat {
  /** Linear outputs of the model: 1 for two classes, else one per class. An integer ≥ 1. */
  readonly outputs: number
  /** Words of one output: its features and its bias. An integer ≥ 1. */
  readonly dimension: number
  /** @defaultValue `'federated-learning'` */
  readonly name?: string | undefined
}

/** How one kind of message carries its weights. */
interface Payload {
  readonly format: ModelFormat
  readonly field: number
  readonly weights: WeightsField
}

/**
 * Messages of `FederatedLearning`: check-ins, models, updates and goodbyes. On the wire it is `proto/federated.proto`.
 *
 * `decode` throws {@link RemoteError} `FEDERATED_KIND`, `FEDERATED_ROUND`, `FEDERATED_AGE`, `FEDERATED_ROWS`,
 * `FEDERATED_SEED`, `FEDERATED_DIMENSION`, `FEDERATED_FIELD` for a field that the kind does not have, or one of
 * {@link FrameReader}'s.
 */
export function createFederatedCodec(options: FederatedCodecOptions): Codec {
  return new FederatedCodec(options)
}

class FederatedCodec implements Codec, LargeMessages {
  readonly name: string
  readonly frameBytesMax: number
  readonly payloadWordsMax: number
  readonly bytesMax: number
  readonly wordsMax: number
  readonly #model: Payload
  readonly #update: Payload
  readonly #frame = new FederatedFrame()

  constructor(options: FederatedCodecOptions) {
    const { outputs, dimension, name = 'federated-learning', exchange, weights, modelWeights } = options
    assertCount('outputs', outputs, 1)
    assertCount('dimension', dimension, 1)
    const stride = alignWords(dimension)
    assertCount('outputs × dimension', outputs * stride, 1)
    if (exchange !== undefined && !['full', 'subsampled'].includes(exchange.kind)) {
      throw new UsageError('EXCHANGE', `federated updates are whole or subsampled, not ${exchange.kind}`)
    }
    const shape = { outputs, dimension, stride, words: outputs * stride }
    this.name = name
    this.#model = payloadOf(new ModelFormat({ shape, ...(modelWeights && { weights: modelWeights }) }))
    this.#update = payloadOf(new ModelFormat({ shape, ...(exchange && { exchange }), ...(weights && { weights }) }))
    const payloads = [this.#model, this.#update]
    this.payloadWordsMax = Math.max(...payloads.map(({ weights: field }) => field.frameWordsMax))
    this.wordsMax = Math.max(...payloads.map(({ format }) => format.wordsMax))
    this.bytesMax = Math.max(...payloads.map(({ weights: field }) => field.bytes(0)))
    this.frameBytesMax =
      varintFieldLength(FederatedKind.update) +
      2 * varintFieldLength(Number.MAX_SAFE_INTEGER) +
      varintFieldLength(SEED_MAX) +
      bytesFieldLength(Math.min(this.bytesMax, FRAME_WEIGHTS_BYTES_MAX)) +
      FRAME_BYTES_SPARE
  }

  get large(): LargeMessages | undefined {
    return this.#model.weights.isLarge(0) || this.#update.weights.isLarge(0) ? this : undefined
  }

  encode(message: Message, memory: Memory): Uint8Array {
    const payload = this.#payloadOf(message.kind)
    const numbers = this.#numbersOf(message, payload)
    const bytes = payload === undefined ? 0 : payload.weights.bytes(0)
    const writer = new FrameWriter(fieldsLength(numbers) + (payload === undefined ? 0 : bytesFieldLength(bytes)))
    for (const [i, number] of numbers.entries()) writer.varintField(i + 1, number)
    if (payload === undefined) return writer.frame
    writer.openBytesField(payload.field, bytes)
    payload.weights.write(memory, message.offset, bytes, writer)
    return writer.frame
  }

  decode(bytes: Uint8Array, target: MessageSlot, memory: Memory): void {
    const frame = this.#frame
    const payload = this.#read(bytes, target)
    if (payload === undefined) return frame.assertBare()
    const { weights } = payload
    assertWeights(frame.weightsField, frame.weightsBytes, payload)
    if (weights.isLarge(0)) {
      throw new RemoteError('FEDERATED_FRAME', `${frame.weightsBytes} bytes came in a frame: they are to be a transfer`)
    }
    weights.read(bytes, frame.weightsStart, frame.weightsBytes, memory, target)
  }

  bodyBytes({ kind }: Message): number {
    const payload = this.#payloadOf(kind)
    return payload?.weights.isLarge(0) === true ? payload.weights.bytes(0) : 0
  }

  encodeHead(message: Message): Uint8Array {
    const numbers = this.#numbersOf(message, this.#payloadOf(message.kind))
    const writer = new FrameWriter(fieldsLength(numbers))
    for (const [i, number] of numbers.entries()) writer.varintField(i + 1, number)
    return writer.frame
  }

  encodeBody({ kind, offset }: Message, memory: Memory): Uint8Array {
    const weights = this.#payloadOf(kind)?.weights
    const body = new Uint8Array(weights?.bytes(0) ?? 0)
    weights?.copy(memory, offset, body.length, body, 0)
    return body
  }

  decodeHead(head: Uint8Array, bytes: number, target: MessageSlot): void {
    const payload = this.#read(head, target)
    const { kind, weightsField } = this.#frame
    if (payload === undefined || weightsField !== 0) {
      throw new RemoteError(
        'FEDERATED_HEAD',
        `weights follow a message of kind ${kind} that has none, or has them itself`,
      )
    }
    assertWeights(payload.field, bytes, payload)
  }

  writeBody({ kind, offset }: Message, memory: Memory, position: number, chunk: Uint8Array): void {
    this.#payloadOf(kind)?.weights.readChunk(chunk, memory, offset, position)
  }

  finishBody({ kind, offset }: Message, memory: Memory): void {
    this.#payloadOf(kind)?.weights.settle(memory, offset, 0)
  }

  #payloadOf(kind: number): Payload | undefined {
    if (kind === FederatedKind.model) return this.#model
    return kind === FederatedKind.update ? this.#update : undefined
  }

  /** Reads everything but the weights. @returns What the message carries, if anything. */
  #read(bytes: Uint8Array, target: MessageSlot): Payload | undefined {
    const frame = this.#frame
    frame.read(bytes)
    const { kind } = frame
    const payload = this.#payloadOf(kind)
    target.kind = kind
    target.value = 0
    target.stamp = frame.round
    target.length = payload?.format.words(0) ?? 0
    if (payload === undefined) return undefined
    if (kind === FederatedKind.model) {
      frame.assertOnly(frame.rows === 0 && frame.seed === 0)
      target.value = frame.age
    } else {
      frame.assertOnly(frame.age === 0)
      this.#assertUpdate()
      target.value = updateValue(frame.rows, frame.seed)
    }
    frame.assertRound()
    return payload
  }

  /** Kind, round, age, rows and seed of a message of this host's. */
  #numbersOf(message: Message, payload: Payload | undefined): number[] {
    const { kind, value, stamp, length } = message
    if (payload === undefined) {
      const isBare = kind === FederatedKind.checkIn || kind === FederatedKind.leave
      if (isBare && value === 0 && stamp === 0 && length === 0) return [kind]
      throw unsendable(`a message of kind ${kind}, value ${value}, stamp ${stamp} and ${length} words`)
    }
    const isUpdate = kind === FederatedKind.update
    const [age, rows, seed] = isUpdate ? [0, updateRows(value), updateSeed(value)] : [value, 0, 0]
    const { format } = payload
    const isSendable =
      Number.isSafeInteger(age) && age >= 0 && stamp >= 1 && format.isValue(seed) && length === format.words(0)
    if (isSendable && (!isUpdate || isRowCount(rows))) return [kind, stamp, age, rows, seed]
    throw unsendable(`round ${stamp}, value ${value} and ${length} words of kind ${kind}`)
  }

  #assertUpdate(): void {
    const { rows, seed } = this.#frame
    if (!isRowCount(rows)) {
      throw new RemoteError('FEDERATED_ROWS', `an update is of 1 … ${UPDATE_ROWS_MAX} rows, not ${rows}`)
    }
    if (this.#update.format.isValue(seed)) return
    throw new RemoteError('FEDERATED_SEED', `an update in this run has no subset ${seed}`)
  }
}

/** @throws {@link RemoteError} `FEDERATED_DIMENSION`. */
function assertWeights(weightsField: number, bytes: number, { format, field, weights }: Payload): void {
  if (weightsField === field && bytes === weights.bytes(0)) return
  throw new RemoteError(
    'FEDERATED_DIMENSION',
    `a message has ${bytes} bytes of weights in field ${weightsField}; in this run its kind has ${format.count(0)} weights as ` +
      format.weights,
  )
}

function fieldsLength(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + varintFieldLength(number), 0)
}

function payloadOf(format: ModelFormat): Payload {
  return { format, field: WEIGHTS[format.weights], weights: new WeightsField(format) }
}

function isRowCount(rows: number): boolean {
  return rows >= 1 && rows <= UPDATE_ROWS_MAX
}

function unsendable(what: string): UsageError {
  return new UsageError('FEDERATED_MESSAGE', `federated learning cannot have sent ${what}`)
}
