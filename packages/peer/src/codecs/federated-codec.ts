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
import type { Codec, MessageSlot } from '../codec.ts'
import { assertCount, FRAME_BYTES_SPARE } from '../wire/bounds.ts'
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

class FederatedCodec implements Codec {
  readonly name: string
  readonly frameBytesMax: number
  readonly payloadWordsMax: number
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
    this.payloadWordsMax = Math.max(...payloads.map(({ format }) => format.wordsMax))
    this.frameBytesMax =
      varintFieldLength(FederatedKind.update) +
      2 * varintFieldLength(Number.MAX_SAFE_INTEGER) +
      varintFieldLength(SEED_MAX) +
      Math.max(...payloads.map(({ weights: field }) => bytesFieldLength(field.bytes(0)))) +
      FRAME_BYTES_SPARE
  }

  encode(message: Message, memory: Memory): Uint8Array {
    const { kind, value, stamp } = message
    if (kind === FederatedKind.model) return this.#encode(message, memory, this.#model, value, 0, 0)
    if (kind === FederatedKind.update) {
      return this.#encode(message, memory, this.#update, 0, updateRows(value), updateSeed(value))
    }
    const isBare = kind === FederatedKind.checkIn || kind === FederatedKind.leave
    if (!isBare || value !== 0 || stamp !== 0 || message.length !== 0) {
      throw unsendable(`a message of kind ${kind}, value ${value}, stamp ${stamp} and ${message.length} words`)
    }
    const writer = new FrameWriter(varintFieldLength(kind))
    writer.varintField(FederatedField.kind, kind)
    return writer.frame
  }

  decode(bytes: Uint8Array, target: MessageSlot, memory: Memory): void {
    const frame = this.#frame
    frame.read(bytes)
    target.kind = frame.kind
    target.value = 0
    target.stamp = frame.round
    target.length = 0
    if (frame.kind === FederatedKind.model) {
      frame.assertOnly(frame.rows === 0 && frame.seed === 0)
      this.#decode(bytes, target, memory, this.#model)
      target.value = frame.age
    } else if (frame.kind === FederatedKind.update) {
      frame.assertOnly(frame.age === 0)
      this.#assertUpdate()
      this.#decode(bytes, target, memory, this.#update)
      target.value = updateValue(frame.rows, frame.seed)
    } else {
      frame.assertBare()
    }
  }

  #encode(message: Message, memory: Memory, payload: Payload, age: number, rows: number, seed: number): Uint8Array {
    const { kind, stamp, offset, length } = message
    const { format, field, weights } = payload
    const isSendable =
      Number.isSafeInteger(age) && age >= 0 && stamp >= 1 && format.isValue(seed) && length === format.words(0)
    if (!isSendable || (kind === FederatedKind.update && !isRowCount(rows))) {
      throw unsendable(`round ${stamp}, value ${message.value} and ${length} words of kind ${kind}`)
    }
    const bytes = weights.bytes(0)
    const numbers = [kind, stamp, age, rows, seed]
    const writer = new FrameWriter(
      numbers.reduce((sum, number) => sum + varintFieldLength(number), bytesFieldLength(bytes)),
    )
    for (const [i, number] of numbers.entries()) writer.varintField(i + 1, number)
    writer.openBytesField(field, bytes)
    weights.write(memory, offset, bytes, writer)
    return writer.frame
  }

  #assertUpdate(): void {
    const { rows, seed } = this.#frame
    if (!isRowCount(rows)) {
      throw new RemoteError('FEDERATED_ROWS', `an update is of 1 … ${UPDATE_ROWS_MAX} rows, not ${rows}`)
    }
    if (this.#update.format.isValue(seed)) return
    throw new RemoteError('FEDERATED_SEED', `an update in this run has no subset ${seed}`)
  }

  #decode(bytes: Uint8Array, target: MessageSlot, memory: Memory, { format, field, weights }: Payload): void {
    const frame = this.#frame
    frame.assertRound()
    if (frame.weightsField !== field || frame.weightsBytes !== weights.bytes(0)) {
      throw new RemoteError(
        'FEDERATED_DIMENSION',
        `a message has ${frame.weightsBytes} bytes of weights in field ${frame.weightsField}; in this run its kind has ` +
          `${format.count(0)} weights as ${format.weights}`,
      )
    }
    target.length = format.words(0)
    weights.read(bytes, frame.weightsStart, frame.weightsBytes, memory, target)
  }
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
