import { UsageError } from '@hearsay/core'
import { type FederatedFormat, FederatedKind, UPDATE_ROWS_MAX, updateValue } from '@hearsay/federated'
import { ModelFormat } from '@hearsay/protocols'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFederatedCodec } from '../src/codecs/federated-codec.ts'
import { learningFrames } from '../src/learning-stack.ts'
import {
  type Bench,
  createBench,
  decode,
  encode,
  floatBits,
  hex,
  protoType,
  refusalOf,
  toHex,
} from './codec-support.ts'

const Message = protoType('federated', 'hearsay.federated_learning.v1.Message')
const SEED_MAX = 2 ** 32 - 1

function benchOf(format: FederatedFormat = {}, outputs = 1, dimension = 5): Bench {
  return createBench(createFederatedCodec({ ...format, outputs, dimension }))
}

const plain = benchOf()
const packed = benchOf({ exchange: { kind: 'subsampled', share: 0.4 }, weights: 'int8', modelWeights: 'float16' })

const checkIn = { kind: FederatedKind.checkIn, value: 0, stamp: 0, words: [] }
const leave = { ...checkIn, kind: FederatedKind.leave }
const five = [...floatBits(1, -2, 0.5, 0, 3), 0, 0, 0]
const FIVE = '0000803f 000000c0 0000003f 00000000 00004040'

test('weights that are to be a transfer are refused in a frame', () => {
  const dimension = 70_000
  const large = benchOf({}, 1, dimension)
  const header = Buffer.from(hex('0801 1001 32'))
  const length = Buffer.of(((4 * dimension) & 127) | 128, (((4 * dimension) >> 7) & 127) | 128, (4 * dimension) >> 14)
  const frame = Buffer.concat([header, length, Buffer.alloc(4 * dimension)])
  expect(refusalOf(large, frame)).toBe('FEDERATED_FRAME')
})

describe('golden bytes of federated learning', () => {
  test.each([
    ['a check-in is an empty frame', plain, checkIn, ''],
    ['a goodbye', plain, leave, '0803'],
    ['a model', plain, { kind: 1, value: 300, stamp: 7, words: five }, `0801 1007 18ac02 3214 ${FIVE}`],
    ['the first model', plain, { kind: 1, value: 0, stamp: 1, words: five }, `0801 1001 3214 ${FIVE}`],
    ['an update', plain, { kind: 2, value: 130, stamp: 7, words: five }, `0802 1007 208201 3214 ${FIVE}`],
    [
      'a model as float16',
      packed,
      { kind: 1, value: 5, stamp: 2, words: [0x34013c00, 0x7bff8000 | 0, 0x0001] },
      '0801 1002 1805 3a0a 003c 0134 0080 ff7b 0100',
    ],
    [
      'a subsampled update as int8',
      packed,
      { kind: 2, value: updateValue(9, 300), stamp: 2, words: [...floatBits(2), 0xff01] },
      '0802 1002 2009 28ac02 4206 00000040 01 ff',
    ],
    [
      'the most rows, and the last seed',
      packed,
      { kind: 2, value: updateValue(UPDATE_ROWS_MAX, SEED_MAX), stamp: 2, words: [...floatBits(2), 0xff01] },
      '0802 1002 20ffff7f 28ffffffff0f 4206 00000040 01 ff',
    ],
  ] as const)('%s', (_, bench, content, golden) => {
    const frame = encode(bench, content)
    expect(toHex(frame)).toBe(toHex(hex(golden)))
    expect(decode(bench, frame)).toEqual(content)
  })
})

const encodings = fc.constantFrom('float32', 'float16', 'int8')
const formats: fc.Arbitrary<FederatedFormat> = fc.record({
  exchange: fc.constantFrom({ kind: 'full' }, { kind: 'subsampled', share: 0.4 }, { kind: 'subsampled', share: 1 }),
  weights: encodings,
  modelWeights: encodings,
})
const shapes = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 3, max: 13 }))
const rounds = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
const numbers = fc.record({
  round: rounds,
  age: fc.maxSafeNat(),
  rows: fc.integer({ min: 1, max: UPDATE_ROWS_MAX }),
  seed: fc.integer({ min: 0, max: SEED_MAX }),
})

/** A payload as its format has it: bytes that belong to no weight are zero. */
function payloadOf(format: ModelFormat): number[] {
  const bytes = Uint8Array.from({ length: 4 * format.words(0) }, (_, i) => (37 * i + 1) & 0xff)
  const words = new Int32Array(bytes.buffer)
  const { outputs, dimension, stride } = format.shape
  if (format.isPlain) {
    for (let output = 0; output < outputs; output++) words.fill(0, output * stride + dimension, (output + 1) * stride)
  } else {
    const width = { float32: 4, float16: 2, int8: 1 }[format.weights]
    bytes.fill(0, width * format.count(0) + (format.weights === 'int8' ? 4 : 0))
  }
  return [...words]
}

describe('messages of federated learning', () => {
  test('come back bit for bit, whatever their format', () => {
    fc.assert(
      fc.property(formats, shapes, numbers, (format, [outputs, dimension], { round, age, rows, seed }) => {
        const bench = benchOf(format, outputs, dimension)
        const stride = (dimension + 3) & ~3
        const shape = { outputs, dimension, stride, words: outputs * stride }
        const { exchange = { kind: 'full' }, weights = 'float32', modelWeights = 'float32' } = format
        const subset = exchange.kind === 'full' ? 0 : seed
        const model = payloadOf(new ModelFormat({ shape, weights: modelWeights }))
        const update = payloadOf(new ModelFormat({ shape, weights, exchange }))
        for (const content of [
          { kind: FederatedKind.model, value: age, stamp: round, words: model },
          { kind: FederatedKind.update, value: updateValue(rows, subset), stamp: round, words: update },
          checkIn,
          leave,
        ]) {
          const frame = encode(bench, content)
          expect(decode(bench, frame)).toEqual(content)
          expect(frame.length).toBeLessThanOrEqual(bench.codec.frameBytesMax)
        }
      }),
    )
  })

  test('are what protobufjs makes of the schema', () => {
    fc.assert(
      fc.property(numbers, ({ round, age, rows, seed }) => {
        const weights = hex('00000040 01 ff')
        const update = Message.encode(
          Message.fromObject({ kind: 'UPDATE', round, rows, subset_seed: seed, int8_weights: weights }),
        ).finish()
        const content = {
          ...{ kind: FederatedKind.update, value: updateValue(rows, seed), stamp: round },
          words: [...floatBits(2), 0xff01],
        }
        expect(decode(packed, update)).toEqual(content)
        expect(toHex(encode(packed, content))).toBe(toHex(update))
        const model = { kind: 'MODEL', round, age, weights: hex(FIVE) }
        expect(decode(plain, Message.encode(Message.fromObject(model)).finish())).toEqual({
          ...{ kind: FederatedKind.model, value: age, stamp: round, words: five },
        })
      }),
    )
  })

  test('never exceed what a transport is prepared for before it knows the run', () => {
    const { frameBytesMax = 0 } = learningFrames(5).find(({ name }) => name === 'federated-learning') ?? {}
    fc.assert(
      fc.property(formats, (format) => {
        expect(benchOf(format, 1024, 6).codec.frameBytesMax).toBeLessThanOrEqual(frameBytesMax)
      }),
    )
  })

  test('that the protocol cannot have sent are a defect of the sender', () => {
    const model = { kind: 1, value: 3, stamp: 1, words: five }
    const update = { ...model, kind: 2 }
    for (const wrong of [
      { ...checkIn, value: 1 },
      { ...checkIn, words: [1] },
      { ...leave, stamp: 1 },
      { ...model, kind: 4 },
      { ...model, stamp: 0 },
      { ...model, value: -1 },
      { ...model, value: 0.5 },
      { ...model, words: five.slice(1) },
      { ...update, value: 0 },
      { ...update, value: UPDATE_ROWS_MAX + 1 },
      { ...update, value: updateValue(3, 1) },
    ]) {
      expect(() => encode(plain, wrong)).toThrow(UsageError)
    }
    expect(() => createFederatedCodec({ outputs: 1, dimension: 0 })).toThrow(UsageError)
    expect(() => benchOf({ exchange: { kind: 'partitioned', parts: 2 } as never })).toThrow('whole or subsampled')
  })
})

describe('frames that no honest peer sends are refused with a code', () => {
  const rest = `1007 3214 ${FIVE}`
  test.each([
    ['a kind of 4', plain, '0804', 'FEDERATED_KIND'],
    ['a kind of 64 bits', plain, '08 ffffffffffffffffff01', 'FEDERATED_KIND'],
    ['a model without a round', plain, `0801 3214 ${FIVE}`, 'FEDERATED_ROUND'],
    ['a round of 2^53', plain, `0801 10 8080808080808010 3214 ${FIVE}`, 'FEDERATED_ROUND'],
    ['an age of 2^53', plain, `0801 18 8080808080808010 ${rest}`, 'FEDERATED_AGE'],
    ['an update of no rows', plain, `0802 ${rest}`, 'FEDERATED_ROWS'],
    ['an update of 2^21 rows', plain, `0802 20 80808001 ${rest}`, 'FEDERATED_ROWS'],
    ['a subset of whole updates', plain, `0802 2003 2801 ${rest}`, 'FEDERATED_SEED'],
    ['a seed of 33 bits', packed, '0802 1007 2003 28 8080808010 4206 00000040 01 ff', 'FEDERATED_SEED'],
    ['a model without weights', plain, '0801 1007', 'FEDERATED_DIMENSION'],
    ['weights too short', plain, '0801 1007 3203 000080', 'FEDERATED_DIMENSION'],
    ['weights too long', plain, `0801 1007 3218 ${FIVE} 00000000`, 'FEDERATED_DIMENSION'],
    ['float16 where the run has float32', plain, '0801 1007 3a14 ' + FIVE, 'FEDERATED_DIMENSION'],
    ['an update as float16 where only models are', packed, '0802 1007 2003 3a04 003c 003c', 'FEDERATED_DIMENSION'],
    ['weights twice, in two encodings', plain, `0801 ${rest} 4201 00`, 'FEDERATED_FIELD'],
    ['a model with rows', plain, `0801 2001 ${rest}`, 'FEDERATED_FIELD'],
    ['a model with a seed', plain, `0801 2801 ${rest}`, 'FEDERATED_FIELD'],
    ['an update with an age', plain, `0802 1801 2001 ${rest}`, 'FEDERATED_FIELD'],
    ['a check-in with a round', plain, '1001', 'FEDERATED_FIELD'],
    ['a check-in with weights', plain, '3201 00', 'FEDERATED_FIELD'],
    ['a goodbye with rows', plain, '0803 2001', 'FEDERATED_FIELD'],
    ['the round as bytes', plain, '0801 1200', 'FRAME_WIRE_TYPE'],
    ['weights that claim 1 GiB', plain, '0801 1007 32 8080808004 00', 'FRAME_TRUNCATED'],
    ['a varint of 65 bits', plain, '0801 10 ffffffffffffffffff02', 'FRAME_VARINT'],
    ['a group', plain, '7b 7c', 'FRAME_WIRE_TYPE'],
  ] as const)('%s', (_, bench, frame, code) => {
    expect(refusalOf(bench, hex(frame))).toBe(code)
  })

  test('but fields of a later version are skipped, and defaults may be written', () => {
    expect(decode(plain, hex(`7801 ${rest} 7a03 616263 2000 2800 3a00 0801 1809`))).toEqual({
      ...{ kind: 1, value: 9, stamp: 7, words: five },
    })
    expect(decode(plain, hex('0800 1000 1800 2000 2800 3200'))).toEqual(checkIn)
  })
})
