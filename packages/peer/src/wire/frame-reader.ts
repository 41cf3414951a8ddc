import { RemoteError } from '@hearsay/core'

/** Protobuf wire types that Hearsay schemas use. */
export const WIRE_VARINT = 0
export const WIRE_FIXED64 = 1
export const WIRE_BYTES = 2
const WIRE_FIXED32 = 5

const TAG_MAX = 0xffffffff
const VARINT_BYTES_MAX = 10
const EMPTY = new Uint8Array(0)

/**
 * Walks the fields of one protobuf message without allocating anything. It believes no length: each is compared with
 * what is left before it is used.
 *
 * Throws {@link RemoteError} and nothing else: `FRAME_TRUNCATED`, `FRAME_VARINT`, `FRAME_TAG`, `FRAME_WIRE_TYPE`.
 */
export class FrameReader {
  /** Number of the current field, in 1 … 2²⁹ − 1. */
  field = 0
  /** After {@link bytes}: where the field's bytes start and end in the frame. */
  start = 0
  end = 0

  #frame: Uint8Array = EMPTY
  #view: DataView | undefined
  #position = 0
  #limit = 0
  #wireType = 0

  /** Starts over on bytes `start` (inclusive) … `end` (exclusive) of `frame`. */
  open(frame: Uint8Array, start: number, end: number): void {
    this.#frame = frame
    this.#view = undefined
    this.#position = start
    this.#limit = end
  }

  /** Lets go of the frame, which is only borrowed. */
  close(): void {
    this.open(EMPTY, 0, 0)
  }

  /** Moves on to the next field; its value must then be read or skipped. `false` at the end of the message. */
  next(): boolean {
    if (this.#position === this.#limit) return false
    const tag = this.#varint()
    if (tag < 8 || tag > TAG_MAX) throw new RemoteError('FRAME_TAG', `a frame has ${tag} where a field's tag should be`)
    this.field = Math.floor(tag / 8)
    this.#wireType = tag % 8
    return true
  }

  /** An unsigned integer. Exact up to 2⁵³ − 1; what is more comes back rounded, and still as more than that. */
  varint(): number {
    this.#expect(WIRE_VARINT)
    return this.#varint()
  }

  /** A float64. */
  double(): number {
    this.#expect(WIRE_FIXED64)
    const position = this.#position
    this.#advance(8)
    this.#view ??= new DataView(this.#frame.buffer, this.#frame.byteOffset, this.#frame.byteLength)
    return this.#view.getFloat64(position, true)
  }

  /**
   * A length-delimited field; sets {@link start} and {@link end}.
   *
   * @returns Its length in bytes.
   */
  bytes(): number {
    this.#expect(WIRE_BYTES)
    const length = this.#varint()
    this.start = this.#position
    this.#advance(length)
    this.end = this.#position
    return length
  }

  /** Passes over a field that this version does not know. */
  skip(): void {
    switch (this.#wireType) {
      case WIRE_VARINT:
        this.#varint()
        return
      case WIRE_FIXED64:
        return this.#advance(8)
      case WIRE_BYTES:
        return this.#advance(this.#varint())
      case WIRE_FIXED32:
        return this.#advance(4)
      default:
        throw new RemoteError('FRAME_WIRE_TYPE', `field ${this.field} has the unsupported wire type ${this.#wireType}`)
    }
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      throw new RemoteError('FRAME_WIRE_TYPE', `field ${this.field} has wire type ${this.#wireType}, not ${wireType}`)
    }
  }

  #advance(length: number): void {
    const left = this.#limit - this.#position
    if (length > left) {
      throw new RemoteError('FRAME_TRUNCATED', `field ${this.field} claims ${length} bytes where ${left} are left`)
    }
    this.#position += length
  }

  #varint(): number {
    const frame = this.#frame
    const limit = this.#limit
    let value = 0
    let scale = 1
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      if (this.#position === limit) throw new RemoteError('FRAME_TRUNCATED', 'a frame ends within a varint')
      const byte = frame[this.#position++]
      // Nine bytes carry 63 bits: the tenth has room for one more.
      if (i === VARINT_BYTES_MAX - 1 && byte > 1) break
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw new RemoteError('FRAME_VARINT', 'a frame has a varint of more than 64 bits')
  }
}
