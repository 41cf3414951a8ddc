import { alignWords, type Memory } from '@hearsay/core'
import { encodedBytes, type ModelFormat } from '@hearsay/protocols'
import type { MessageSlot } from '../codec.ts'
import type { FrameWriter } from '../wire/frame-writer.ts'
import { readBytes, readWords, writeBytes, writeWords } from '../wire/words.ts'

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

  /** Writes `bytes` bytes of the payload at word `offset`, behind the tag and length that the caller has written. */
  write(memory: Memory, offset: number, bytes: number, writer: FrameWriter): void {
    const { isPlain, shape } = this.#format
    if (!isPlain) {
      writeBytes(memory, offset, bytes, writer.frame, writer.position)
      writer.position += bytes
      return
    }
    for (let output = 0; output < shape.outputs; output++) {
      writeWords(memory, offset + output * shape.stride, shape.dimension, writer.frame, writer.position)
      writer.position += 4 * shape.dimension
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
