import { WIRE_BYTES, WIRE_FIXED64, WIRE_VARINT } from './frame-reader.ts'

/** Bytes of `value`, an integer in 0 … 2⁵³ − 1, as a varint. */
function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 128; rest /= 128) length++
  return length
}

/** Bytes of a varint field with a number in 1 … 15; 0 for the default value, which proto3 does not write. */
export function varintFieldLength(value: number): number {
  return value === 0 ? 0 : 1 + varintLength(value)
}

/** Bytes of a length-delimited field with a number in 1 … 15 and `length` bytes of content. */
export function bytesFieldLength(length: number): number {
  return 1 + varintLength(length) + length
}

/** Frames are cut from slabs of this many bytes: an allocation of its own costs ten times as much as writing a model. */
const SLAB_BYTES = 16384

let slab = new Uint8Array(0)
let slabUsed = 0

/** Zeros that were never handed out before, for the caller to keep. */
function allocateBytes(length: number): Uint8Array<ArrayBuffer> {
  if (length > SLAB_BYTES / 4) return new Uint8Array(length)
  if (slabUsed + length > slab.length) {
    slab = new Uint8Array(SLAB_BYTES)
    slabUsed = 0
  }
  const bytes = slab.subarray(slabUsed, slabUsed + length)
  slabUsed += length
  return bytes
}

/**
 * Writes the fields of one protobuf message, in order, into a frame of exactly the right length: the callers add up the
 * lengths first, so that nothing is ever copied twice. Field numbers are in 1 … 15, whose tags are one byte.
 */
export class FrameWriter {
  readonly frame: Uint8Array<ArrayBuffer>
  /** Where the next byte goes. */
  position = 0

  /** @param length - Bytes of the whole frame. */
  constructor(length: number) {
    this.frame = allocateBytes(length)
  }

  /** Writes nothing for 0, proto3's default. */
  varintField(field: number, value: number): void {
    if (value === 0) return
    this.frame[this.position++] = field * 8 + WIRE_VARINT
    this.#varint(value)
  }

  /** Writes nothing for +0, proto3's default; −0 is another value. */
  doubleField(field: number, value: number): void {
    if (Object.is(value, 0)) return
    this.frame[this.position++] = field * 8 + WIRE_FIXED64
    const { buffer, byteOffset } = this.frame
    new DataView(buffer, byteOffset + this.position).setFloat64(0, value, true)
    this.position += 8
  }

  /** Writes the tag and the length; the caller then writes `length` bytes from {@link position} on and moves it. */
  openBytesField(field: number, length: number): void {
    this.frame[this.position++] = field * 8 + WIRE_BYTES
    this.#varint(length)
  }

  bytesField(field: number, bytes: Uint8Array): void {
    this.openBytesField(field, bytes.length)
    this.frame.set(bytes, this.position)
    this.position += bytes.length
  }

  #varint(value: number): void {
    let rest = value
    // Bit operations see 32 bits only.
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) this.frame[this.position++] = (rest % 128) | 0x80
    for (; rest > 0x7f; rest >>>= 7) this.frame[this.position++] = (rest & 0x7f) | 0x80
    this.frame[this.position++] = rest
  }
}
