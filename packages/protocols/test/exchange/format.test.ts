import { modelShape } from '@hearsay/learning'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Exchange, ModelFormat, type WeightEncoding } from '../../src/index.ts'
import { PartIndices, SubsetIndices, weightIndices } from '../../src/exchange/weight-indices.ts'

const formatOf = (features: number, classes: number, exchange: Exchange, weights: WeightEncoding = 'float32') =>
  new ModelFormat({ shape: modelShape(features, classes, false), exchange, weights })

const shapes = fc.tuple(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 5 }))

/** The subset of a seed as `proto/gossip-learning.proto` describes it, in integers of any size. */
function subset(seed: number, count: number, all: number): number[] {
  const list = Array.from({ length: all }, (_, i) => i)
  const word = (value: bigint): bigint => BigInt.asUintN(32, value)
  for (let k = 0; k < count; k++) {
    let x = word(BigInt(seed) + BigInt(k + 1) * 0x9e3779b9n)
    x = word((x ^ (x >> 16n)) * 0x85ebca6bn)
    x = word((x ^ (x >> 13n)) * 0xc2b2ae35n)
    x ^= x >> 16n
    const other = k + Number((x * BigInt(all - k)) >> 32n)
    ;[list[k], list[other]] = [list[other], list[k]]
  }
  return list.slice(0, count)
}

describe('parts of a model', () => {
  test('hold every weight once, weight i in part i mod S, and differ by one weight at most', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), ([features, classes], choice) => {
        const { parameters } = formatOf(features, classes, { kind: 'full' })
        const format = formatOf(features, classes, { kind: 'partitioned', parts: 2 + (choice % (parameters - 1)) })
        const { starts, indices } = new PartIndices(format)
        const whole = weightIndices(format)
        expect(new Set(whole).size).toBe(parameters)
        for (let part = 0; part < format.parts; part++) {
          const expected = [...whole].filter((_, i) => i % format.parts === part)
          expect([...indices.slice(starts[part], starts[part + 1])]).toEqual(expected)
          expect(format.count(part)).toBe(expected.length)
          expect(format.words(part)).toBeLessThanOrEqual(format.wordsMax)
        }
      }),
    )
  })
})

describe('subsets of a model', () => {
  const seeds = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 32 - 1))

  test('are what the schema says, in the same order', () => {
    fc.assert(
      fc.property(shapes, seeds, fc.double({ min: 0.01, max: 1, noNaN: true }), ([features, classes], seed, share) => {
        const format = formatOf(features, classes, { kind: 'subsampled', share })
        const selected = new SubsetIndices(format)
        const whole = weightIndices(format)
        // A second look shows that the first one has left no trace.
        for (const again of [seed, seed ^ 1, seed].map((value) => value >>> 0)) {
          selected.select(again)
          expect([...selected.indices]).toEqual(subset(again, format.count(0), format.parameters).map((i) => whole[i]))
        }
      }),
    )
  })

  test('golden: seed 1, 4 of 10 weights', () => {
    const selected = new SubsetIndices(formatOf(10, 2, { kind: 'subsampled', share: 0.4 }))
    selected.select(1)
    expect([...selected.indices]).toEqual([5, 1, 6, 2])
  })

  test('hold each weight equally often', () => {
    const selected = new SubsetIndices(formatOf(10, 2, { kind: 'subsampled', share: 0.3 }))
    const counts = new Float64Array(10)
    for (let seed = 0; seed < 6000; seed++) {
      selected.select(seed)
      for (const index of selected.indices) counts[index]++
    }
    for (const count of counts) expect(Math.abs(count - 1800)).toBeLessThan(5 * Math.sqrt(1800 * 0.7))
  })
})

describe('the words of a message', () => {
  const sizes: [Exchange, WeightEncoding, number][] = [
    [{ kind: 'full' }, 'float32', 60],
    [{ kind: 'full' }, 'float16', 29],
    [{ kind: 'full' }, 'int8', 16],
    [{ kind: 'subsampled', share: 0.1 }, 'float32', 6],
    [{ kind: 'subsampled', share: 0.1 }, 'int8', 3],
    [{ kind: 'partitioned', parts: 10 }, 'float32', 6],
    [{ kind: 'partitioned', parts: 10 }, 'float16', 3],
  ]
  test.each(sizes)('%o as %s: %i for 57 weights', (exchange, weights, words) => {
    expect(formatOf(57, 2, exchange, weights).wordsMax).toBe(words)
  })

  test.each([
    [{ kind: 'full' }, [0], [1, -1, 0.5, Number.NaN]],
    [{ kind: 'partitioned', parts: 3 }, [0, 1, 2], [3, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]],
    [{ kind: 'subsampled', share: 0.5 }, [0, 2 ** 32 - 1], [2 ** 32, -1, 0.5, Number.NaN]],
  ] as const)('%o has header values of its own', (exchange, valid, invalid) => {
    const format = formatOf(9, 2, exchange)
    for (const value of valid) expect(format.isValue(value)).toBe(true)
    for (const value of invalid) expect(format.isValue(value)).toBe(false)
  })
})
