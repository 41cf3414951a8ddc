import { alignWords, type Memory } from '@hearsay/core'
import { encodedBytes, type ModelFormat } from '@hearsay/protocols'
import type { MessageSlot } from '../codec.ts'
import type { FrameWriter } from '../wire/frame-writer.ts'
import { FRAME_WEIGHTS_BYTES_MAX } from '../wire/bounds.ts'
import { copyBytes, readBytes, readWords, settleWords, writeBytes, writeWords } from '../wire/words.ts'

/**
 * The weights of a message as a field of bytes: what {@link ModelFormat} says of the payload, without what is only there to
 * fill words.
 */
export class WeightsField {
  readonly #format: ModelFormat

  constructor(format: ModelFormat) {
    this.#format = format
  }

  /** Bytes of the weights of a message whose part or subset is `value`. */
  bytes(value: number): number {
    return encodedBytes(this.#format.weights, this.#format.count(value))
  }

  /** Whether they are too long for a frame. */
  isLarge(value: number): boolean {
    return this.bytes(value) > FRAME_WEIGHTS_BYTES_MAX
  }

  /** Words of payload that a frame can fill, at most. */
  get frameWordsMax(): number {
    return Math.min(this.#format.wordsMax, this.isLarge(0) ? FRAME_WEIGHTS_BYTES_MAX / 4 : this.#format.wordsMax)
  }

  /** Writes `bytes` bytes of the payload at word `offset`, behind the tag and length that the caller has written. */
  write(memory: Memory, offset: number, bytes: number, writer: FrameWriter): void {
    this.copy(memory, offset, bytes, writer.frame, writer.position)
    writer.position += bytes
  }

  /** Copies `bytes` bytes of the payload at word `offset` to `target`, from byte `position` on. */
  copy(memory: Memory, offset: number, bytes: number, target: Uint8Array, position: number): void {
    const { isPlain, shape } = this.#format
    if (!isPlain) {
      writeBytes(memory, offset, bytes, target, position)
      return
    }
    const rowBytes = 4 * shape.dimension
    for (let output = 0; output < shape.outputs; output++) {
      writeWords(memory, offset + output * shape.stride, shape.dimension, target, position + output * rowBytes)
    }
  }

  /** Takes the bytes from number `position` of the weights on into the payload at word `offset`; see {@link settle}. */
  readChunk(chunk: Uint8Array, memory: Memory, offset: number, position: number): void {
    const { isPlain, shape } = this.#format
    if (!isPlain || shape.outputs === 1) {
      copyBytes(chunk, memory, offset, position)
      return
    }
    const rowBytes = 4 * shape.dimension
    for (let at = 0; at < chunk.length;) {
      const output = Math.floor((position + at) / rowBytes)
      const within = position + at - output * rowBytes
      const length = Math.min(rowBytes - within, chunk.length - at)
      copyBytes(chunk.subarray(at, at + length), memory, offset + output * shape.stride, within)
      at += length
    }
  }

  /** All chunks have been taken: fills up with zeros what they have left open of the payload of `value`. */
  settle(memory: Memory, offset: number, value: number): void {
    const { isPlain, shape } = this.#format
    if (!isPlain) {
      settleWords(memory, offset, alignWords(this.#format.words(value)), this.bytes(value))
      return
    }
    for (let output = 0; output < shape.outputs; output++) {
      settleWords(memory, offset + output * shape.stride, shape.stride, 4 * shape.dimension)
    }
  }

  /** Reads `bytes` bytes, as many as they should be, from byte `start` of a frame into the payload of `target`. */
  read(frame: Uint8Array, start: number, bytes: number, memory: Memory, { offset, length }: MessageSlot): void {
    const { isPlain, shape } = this.#format
    const { int32 } = memory
    if (!isPlain) {
      readBytes(frame, start, bytes, memory, offset)
      int32.fill(0, offset + length, offset + alignWords(length))
      return
    }
    for (let output = 0; output < shape.outputs; output++) {
      const row = offset + output * shape.stride
      readWords(frame, start + 4 * output * shape.dimension, shape.dimension, memory, row)
      int32.fill(0, row + shape.dimension, row + shape.stride)
    }
  }
}
