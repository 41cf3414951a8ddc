import { UsageError } from '@hearsay/core'
import { type Exchange, ModelFormat, type WeightEncoding } from '@hearsay/protocols'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createModelCodec } from '../src/codecs/model-codec.ts'
import { learningFrames } from '../src/learning-stack.ts'
import { createBench, decode, encode, floatBits, hex, refusalOf, toHex } from './codec-support.ts'

const full: Exchange = { kind: 'full' }
const partitioned: Exchange = { kind: 'partitioned', parts: 2 }
const subsampled: Exchange = { kind: 'subsampled', share: 0.4 }

function benchOf(exchange: Exchange, weights: WeightEncoding, outputs = 1, dimension = 5) {
  return createBench(createModelCodec({ outputs, dimension, exchange, weights }))
}

describe('golden bytes of models that are not plain', () => {
  const goldens: [string, Exchange, WeightEncoding, value: number, words: readonly number[], frame: string][] = [
    ['five weights as float16', full, 'float16', 0, [0x34013c00, 0x7bff8000, 0x0001], '1a0a 003c 0134 0080 ff7b 0100'],
    ['five weights as int8', full, 'int8', 0, [...floatBits(0.5), 0x0380ff7f, 0x04], '2209 0000003f 7f ff 80 03 04'],
    ['part 1 of 2 as float32', partitioned, 'float32', 1, floatBits(1, -2), '1208 0000803f 000000c0 2801'],
    ['part 0 of 2 as float16', partitioned, 'float16', 0, [0x34013c00, 0x8000], '1a06 003c 0134 0080'],
    ['a subset as int8', subsampled, 'int8', 300, [...floatBits(2), 0xff01], '2206 00000040 01 ff 30ac02'],
    ['the last seed', subsampled, 'float16', 2 ** 32 - 1, [0x34013c00], '1a04 003c 0134 30ffffffff0f'],
  ]
  test.each(goldens)('%s', (_, exchange, weights, value, integers, golden) => {
    const bench = benchOf(exchange, weights)
    const words = integers.map((word) => word | 0)
    const frame = encode(bench, { kind: 0, value, stamp: 7, words })
    expect(toHex(frame)).toBe(toHex(hex(`0807 ${golden}`)))
    expect(decode(bench, frame)).toEqual({ kind: 0, value, stamp: 7, words })
  })
})

describe('models that are not plain', () => {
  const exchanges = fc.constantFrom<Exchange>(full, partitioned, subsampled, { kind: 'partitioned', parts: 3 })
  const encodings = fc.constantFrom<WeightEncoding>('float32', 'float16', 'int8')
  const shapes = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 3, max: 13 }))

  test('come back bit for bit, in fewer bytes than whole ones', () => {
    fc.assert(
      fc.property(exchanges, encodings, shapes, fc.maxSafeNat(), fc.nat(), (exchange, weights, shape, age, choice) => {
        const [outputs, dimension] = shape
        const stride = (dimension + 3) & ~3
        const words = outputs * stride
        const format = new ModelFormat({ shape: { outputs, dimension, stride, words }, exchange, weights })
        fc.pre(!format.isPlain)
        const value = exchange.kind === 'full' ? 0 : exchange.kind === 'partitioned' ? choice % exchange.parts : choice
        const bench = benchOf(exchange, weights, outputs, dimension)
        // Bytes that belong to no weight are zero.
        const bytes = Uint8Array.from({ length: 4 * format.words(value) }, (_, i) => 37 * i + 1)
        bytes.fill(0, { float32: 4, float16: 2, int8: 1 }[weights] * format.count(value) + (weights === 'int8' ? 4 : 0))
        const content = { kind: 0, value, stamp: age, words: [...new Int32Array(bytes.buffer)] }
        const frame = encode(bench, content)
        expect(decode(bench, frame)).toEqual(content)
        expect(frame.length).toBeLessThanOrEqual(bench.codec.frameBytesMax)
      }),
    )
  })

  test('take the bytes that their encoding says', () => {
    const lengthOf = (exchange: Exchange, weights: WeightEncoding): number => {
      const bench = benchOf(exchange, weights, 1, 57)
      const words = new Array<number>(bench.codec.payloadWordsMax).fill(1 << 8)
      return encode(bench, { kind: 0, value: 0, stamp: 100, words }).length
    }
    expect(lengthOf(full, 'float32')).toBe(2 + 3 + 228)
    expect(lengthOf(full, 'float16')).toBe(2 + 2 + 114)
    expect(lengthOf(full, 'int8')).toBe(2 + 2 + 61)
    expect(lengthOf({ kind: 'partitioned', parts: 10 }, 'float16')).toBe(2 + 2 + 12)
  })

  test('never exceed what a transport is prepared for before it knows the run', () => {
    const { frameBytesMax = 0 } = learningFrames(5).find(({ name }) => name === 'gossip-learning') ?? {}
    const everything: Exchange = { kind: 'subsampled', share: 1 }
    for (const exchange of [full, partitioned, everything]) {
      for (const weights of ['float32', 'float16', 'int8'] as const) {
        expect(benchOf(exchange, weights, 1024, 6).codec.frameBytesMax).toBeLessThanOrEqual(frameBytesMax)
      }
    }
  })

  test('that no protocol of this run can have made are a defect of the sender', () => {
    const bench = benchOf(partitioned, 'float32')
    const content = { kind: 0, value: 1, stamp: 0, words: [0, 0] }
    for (const wrong of [{ value: 2 }, { value: -1 }, { value: 0 }, { words: [0, 0, 0] }]) {
      expect(() => encode(bench, { ...content, ...wrong })).toThrow(UsageError)
    }
  })
})

describe('frames that no honest peer sends are refused with a code', () => {
  const refused: [string, Exchange, WeightEncoding, frame: string, code: string][] = [
    ['float32 where the run has float16', full, 'float16', '120a 003c 003c 003c 003c 003c', 'MODEL_DIMENSION'],
    ['a float16 too few', full, 'float16', '1a08 003c 003c 003c 003c', 'MODEL_DIMENSION'],
    ['half a float16 more', full, 'float16', '1a0b 003c 003c 003c 003c 003c 00', 'MODEL_DIMENSION'],
    ['int8 without a scale', full, 'int8', '2205 01 02 03 04 05', 'MODEL_DIMENSION'],
    ['the length of another part', partitioned, 'float16', '1a06 003c 003c 003c 2801', 'MODEL_DIMENSION'],
    ['a part beyond the last', partitioned, 'float16', '1a06 003c 003c 003c 2802', 'MODEL_PART'],
    ['a part of 64 bits', partitioned, 'float16', '1a06 003c 003c 003c 28 ffffffffffffffffff01', 'MODEL_PART'],
    ['a seed of 33 bits', subsampled, 'float16', '1a04 003c 003c 30 8080808010', 'MODEL_PART'],
    ['a part as bytes', partitioned, 'float16', '1a06 003c 003c 003c 2a00', 'FRAME_WIRE_TYPE'],
  ]
  test.each(refused)('%s', (_, exchange, weights, frame, code) => {
    expect(refusalOf(benchOf(exchange, weights), hex(frame))).toBe(code)
  })

  test('but a part where there are none is a field that is skipped', () => {
    const bench = benchOf(full, 'float16')
    expect(decode(bench, hex('1a0a 003c 003c 003c 003c 003c 2805')).value).toBe(0)
  })
})
