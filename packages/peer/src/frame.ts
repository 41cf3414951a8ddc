import { RemoteError } from '@hearsay/core'
import type { LengthDecoderFunction } from 'it-length-prefixed'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Bytes of the longest length prefix that is read: five hold every length below 32 GiB. */
export const FRAME_LENGTH_BYTES_MAX = 5

/** Bytes that a frame of `length` bytes takes on the wire: an unsigned LEB128 length, then the frame. */
export function framedBytes(length: number): number {
  let bytes = length + 1
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++
  return bytes
}

/**
 * Frames with their length prefixes in one block, so that many frames cost one write.
 *
 * @param bytes - The sum of {@link framedBytes} over the frames.
 */
export function packFrames(frames: readonly Uint8Array[], bytes: number): Uint8Array {
  const block = new Uint8Array(bytes)
  let at = 0
  for (const frame of frames) {
    let rest = frame.byteLength
    while (rest >= 0x80) {
      block[at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    block[at++] = rest
    block.set(frame, at)
    at += frame.byteLength
  }
  return block
}

/**
 * Reads a length prefix for `it-length-prefixed`, which waits for more bytes at a `RangeError`.
 *
 * @throws RangeError while the prefix is incomplete; {@link RemoteError} `FRAME_LENGTH` when it is longer than
 *   {@link FRAME_LENGTH_BYTES_MAX} or than its number needs.
 */
export const readFrameLength: LengthDecoderFunction = Object.assign(
  (data: Uint8ArrayList): number => {
    let length = 0
    let unit = 1
    for (let i = 0; i < FRAME_LENGTH_BYTES_MAX; i++) {
      if (i === data.byteLength) throw new RangeError('the length prefix is incomplete')
      const byte = data.get(i)
      length += (byte & 0x7f) * unit
      unit *= 0x80
      if (byte >= 0x80) continue
      if (byte === 0 && i > 0) break
      readFrameLength.bytes = i + 1
      return length
    }
    throw new RemoteError(
      'FRAME_LENGTH',
      `a frame's length prefix is not a minimal varint of at most ${FRAME_LENGTH_BYTES_MAX} bytes`,
    )
  },
  { bytes: 0 },
)
