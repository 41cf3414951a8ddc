import type { Message } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { modelShape } from '@hearsay/learning'
import { messageOf } from '@hearsay/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ageGrowth,
  type Exchange,
  MODEL,
  ModelFormat,
  ModelGuard,
  type ModelGuardOptions,
  WEIGHT_ENCODINGS,
  type WeightEncoding,
} from '../src/index.ts'

const kernels = createKernels({ backend: 'javascript' })
const { memory } = kernels
const shape = modelShape(7, 2, false)
const NORM_MAX = 10
const full: Exchange = { kind: 'full' }
const subsampled: Exchange = { kind: 'subsampled', share: 0.5 }
const partitioned: Exchange = { kind: 'partitioned', parts: 3 }

function guardOf(exchange: Exchange, weights: WeightEncoding, more: Partial<ModelGuardOptions> = {}): ModelGuard {
  const bounds = { periodMs: 100, updatesPerMerge: 5, normMax: () => NORM_MAX }
  return new ModelGuard({ kernels, shape, ...bounds, exchange, weights, ...more })
}

/** A message of weights in the encoding of a run. */
function encoded(exchange: Exchange, weights: WeightEncoding, value: number, floats: readonly number[]): Message {
  const format = new ModelFormat({ shape, exchange, weights })
  const source = memory.allocate(floats.length)
  memory.float32.set(floats, source)
  const length = format.words(value)
  const offset = memory.allocate(length)
  if (weights === 'float16') kernels.encodeFloat16(source, offset, floats.length)
  else if (weights === 'int8') kernels.encodeInt8(source, offset, floats.length)
  else memory.float32.set(floats, offset)
  return { kind: MODEL, value, stamp: 3, offset, length }
}

const raw = (value: number, integers: readonly number[], stamp = 3): Message =>
  messageOf(memory, { kind: MODEL, value, stamp, integers })

const EXCHANGES: [Exchange, value: number, count: number][] = [
  [full, 0, 7],
  [subsampled, 2 ** 32 - 1, 4],
  [partitioned, 0, 3],
  [partitioned, 2, 2],
]

describe.each(EXCHANGES)('the guard of %o, value %i', (exchange, value, count) => {
  test.each(WEIGHT_ENCODINGS)('%s: admits whatever an honest peer can have made, at its very bound', (weights) => {
    const guard = guardOf(exchange, weights)
    const direction = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: count, maxLength: count })
    fc.assert(
      fc.property(direction, (values) => {
        const norm = Math.hypot(...values)
        const scale = norm > 1e-6 ? (NORM_MAX * (1 - 1e-6)) / norm : 0
        const floats = values.map((component) => component * scale)
        expect(guard.inspect(encoded(exchange, weights, value, floats), 0)).toBeUndefined()
      }),
    )
  })

  test.each(WEIGHT_ENCODINGS)('%s: refuses what is longer than a whole model may be', (weights) => {
    const floats = Array.from({ length: count }, (_, i) => (i === 1 ? -20 : 0))
    expect(guardOf(exchange, weights).inspect(encoded(exchange, weights, value, floats), 0)).toBe('norm')
  })

  test('refuses numbers that are none, once they are decoded', () => {
    const half = new ModelFormat({ shape, exchange, weights: 'float16' }).words(value)
    for (const bits of [0x7c00, 0xfc00, 0x7e01]) {
      const words = Array.from({ length: half }, (_, i) => (i === 0 ? bits : 0))
      expect(guardOf(exchange, 'float16').inspect(raw(value, words), 0)).toBe('not-finite')
    }
    const bytes = new ModelFormat({ shape, exchange, weights: 'int8' }).words(value)
    for (const scale of [0x7f800000, 0x7fc00000]) {
      const words = Array.from({ length: bytes }, (_, i) => (i === 0 ? scale : 0x01010101))
      expect(guardOf(exchange, 'int8').inspect(raw(value, words), 0)).toBe('not-finite')
    }
  })

  test.each(WEIGHT_ENCODINGS)('%s: refuses any other length', (weights) => {
    const words = new ModelFormat({ shape, exchange, weights }).words(value)
    for (const length of [0, words - 1, words + 1, 99]) {
      expect(guardOf(exchange, weights).inspect(raw(value, new Array<number>(length).fill(0)), 0)).toBe('dimension')
    }
  })

  test('holds ages to the bounds of the run', () => {
    const guard = guardOf(exchange, 'int8')
    const words = new Array<number>(new ModelFormat({ shape, exchange, weights: 'int8' }).words(value)).fill(0)
    expect(guard.inspect(raw(value, words, -1), 0)).toBe('age-invalid')
    expect(guard.inspect(raw(value, words, 44), 0)).toBe('age-implausible')
    expect(guard.inspect(raw(value, words, 43), 0)).toBeUndefined()
  })
})

describe('the header', () => {
  test.each([
    [full, 1],
    [full, -1],
    [partitioned, 3],
    [partitioned, 0.5],
    [subsampled, 2 ** 32],
    [subsampled, -1],
    [subsampled, Number.NaN],
  ])('of %o is refused with a value of %d', (exchange, value) => {
    expect(guardOf(exchange, 'float32').inspect(raw(value, [0, 0, 0, 0]), 0)).toBe('value')
  })
})

test('any content whatsoever is refused or admitted, twice alike, and left as it is', () => {
  const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
  const guards = EXCHANGES.flatMap(([exchange]) => WEIGHT_ENCODINGS.map((weights) => guardOf(exchange, weights)))
  const header = fc.record({ value: fc.oneof(fc.nat(4), fc.double()), stamp: fc.nat(50), kind: fc.constant(MODEL) })
  fc.assert(
    fc.property(fc.constantFrom(...guards), header, fc.array(word, { maxLength: 8 }), (guard, fields, integers) => {
      const message = messageOf(memory, { ...fields, integers })
      const refusal = guard.inspect(message, 0)
      expect([...memory.int32.slice(message.offset, message.offset + message.length)]).toEqual(integers)
      expect(guard.inspect(message, 0)).toBe(refusal)
    }),
    { numRuns: 300 },
  )
})

test('chains of reactions let ages grow by a hop for each peer in a cycle', () => {
  expect(ageGrowth({ kind: 'proactive' }, 1000)).toBe(4.32)
  expect([2, 1000].map((peers) => ageGrowth({ kind: 'randomized' }, peers))).toEqual([4.32, 1000])
})
