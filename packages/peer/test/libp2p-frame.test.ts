import fc from 'fast-check'
import { decode } from 'it-length-prefixed'
import { Uint8ArrayList } from 'uint8arraylist'
import { describe, expect, it } from 'vitest'
import { framedBytes, packFrames, readFrameLength } from '../src/frame.ts'

function pack(frames: readonly Uint8Array[]): Uint8Array {
  return packFrames(
    frames,
    frames.reduce((sum, frame) => sum + framedBytes(frame.length), 0),
  )
}

/** Cuts bytes into blocks of the given lengths, over and over. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const blocks: Uint8Array[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length]
    blocks.push(bytes.slice(at, at + length))
    at += length
  }
  return blocks
}

const anyFrame = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.constantFrom(126, 127, 128, 129, 16_383, 16_384).map((length) => new Uint8Array(length).fill(length)),
)

describe('frames', () => {
  it('come out as they went in, however the network cuts them', () => {
    const anyCut = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 10 }), anyCut, (frames, lengths) => {
        const options = { lengthDecoder: readFrameLength, maxDataLength: 16_384, maxLengthLength: 5 }
        const read = [...decode(cut(pack(frames), lengths), options)].map((frame) => new Uint8Array(frame.subarray()))
        expect(read).toEqual(frames)
      }),
    )
  })

  it('have the length prefixes of protobuf: 300 is ac 02', () => {
    expect([...pack([new Uint8Array(300)]).subarray(0, 2)]).toEqual([0xac, 0x02])
    expect([...pack([new Uint8Array(0), Uint8Array.of(9)])]).toEqual([0, 1, 9])
  })
})

describe('a length prefix', () => {
  const read = (...bytes: number[]): number => readFrameLength(new Uint8ArrayList(Uint8Array.from(bytes)))

  it('waits for its last byte', () => {
    expect(() => read()).toThrow(RangeError)
    expect(() => read(0x80, 0x80)).toThrow(RangeError)
    expect(read(0x80, 0x80, 0x01, 0x77)).toBe(16_384)
    expect(readFrameLength.bytes).toBe(3)
  })

  it('is refused when it is too long, or longer than it need be', () => {
    for (const bytes of [
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
      [0x80, 0x00],
      [0x81, 0x80, 0x00],
    ]) {
      expect(() => read(...bytes)).toThrow(expect.objectContaining({ code: 'FRAME_LENGTH' }))
    }
  })
})
