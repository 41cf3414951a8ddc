import { ConfigurationError, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PartitionOptions, partition, type RawDataset, SHARD_KINDS } from '../src/index.ts'
import { powerLawSizes } from '../src/shard-sizes.ts'

const seed = fc.nat()

/** Rows and peers, at least one row for each peer of each class. */
const cases = fc
  .record({ classes: fc.integer({ min: 2, max: 5 }), peers: fc.integer({ min: 1, max: 40 }), more: fc.nat(200) })
  .map(({ classes, peers, more }) => ({ classes, peers: peers + classes, rows: (peers + classes) * classes + more }))

function labelled(rows: number, classes: number): RawDataset {
  return {
    name: 'rows',
    featureNames: ['x'],
    classNames: Array.from({ length: classes }, (_, index) => `class ${index}`),
    features: new Float64Array(rows),
    // Sorted by class, as many files are.
    labels: Int32Array.from({ length: rows }, (_, row) => Math.floor((row * classes) / rows)),
    rows,
  }
}

const sizesOf = (shards: readonly Int32Array[]): number[] => shards.map((shard) => shard.length)
const spread = (sizes: readonly number[]): number => Math.max(...sizes) - Math.min(...sizes)

describe.each(SHARD_KINDS)('shards: %s', (kind) => {
  test('give every row to exactly one peer, and every peer a row', () => {
    fc.assert(
      fc.property(cases, seed, ({ rows, classes, peers }, value) => {
        const shards = partition(labelled(rows, classes), peers, { kind, seed: value })
        expect(shards).toHaveLength(peers)
        expect(Math.min(...sizesOf(shards))).toBeGreaterThanOrEqual(1)
        const dealt = shards.flatMap((shard) => [...shard]).sort((a, b) => a - b)
        expect(dealt).toEqual(Array.from({ length: rows }, (_, row) => row))
      }),
    )
  })

  test('are the same for the same seed, and not for another', () => {
    const dataset = labelled(400, 2)
    const cut = (value: number): Int32Array[] => partition(dataset, 7, { kind, seed: value })
    expect(cut(5)).toEqual(cut(5))
    expect(cut(5)).not.toEqual(cut(6))
  })

  test('stand in random order', () => {
    const [shard] = partition(labelled(400, 2), 3, { kind, seed: 1 })
    expect([...shard]).not.toEqual([...shard].sort((a, b) => a - b))
  })

  test('are refused where peers outnumber rows', () => {
    const cut = (): unknown => partition(labelled(4, 2), 5, { kind, seed: 1 })
    expect(cut).toThrow(ConfigurationError)
    expect(cut).toThrow(expect.objectContaining({ code: 'SHARDS_TOO_MANY' }))
  })

  test.each([0, -1, 1.5, Number.NaN])('are refused for %d peers', (peers) => {
    expect(() => partition(labelled(4, 2), peers, { kind, seed: 1 })).toThrow(UsageError)
  })
})

describe('shards: iid', () => {
  test('differ by at most one row', () => {
    fc.assert(
      fc.property(cases, seed, ({ rows, classes, peers }, value) => {
        expect(spread(sizesOf(partition(labelled(rows, classes), peers, { kind: 'iid', seed: value })))).toBeLessThan(2)
      }),
    )
  })

  test('may be one row each', () => {
    expect(sizesOf(partition(labelled(9, 2), 9, { kind: 'iid', seed: 1 }))).toEqual(new Array(9).fill(1))
  })
})

describe('shards: by-class', () => {
  // Hegedűs, Danner, Jelasity 2021, single-class assignment.
  test('give peer i rows of class i mod K alone, in equal shares', () => {
    fc.assert(
      fc.property(cases, seed, ({ rows, classes, peers }, value) => {
        const dataset = labelled(rows, classes)
        const shards = partition(dataset, peers, { kind: 'by-class', seed: value })
        for (const [peer, shard] of shards.entries()) {
          expect(new Set(Array.from(shard, (row) => dataset.labels[row]))).toEqual(new Set([peer % classes]))
        }
        for (let label = 0; label < classes; label++) {
          expect(spread(sizesOf(shards.filter((_, peer) => peer % classes === label)))).toBeLessThan(2)
        }
      }),
    )
  })

  test('need a peer for every class', () => {
    const cut = (): unknown => partition(labelled(40, 4), 3, { kind: 'by-class', seed: 1 })
    expect(cut).toThrow(expect.objectContaining({ code: 'SHARDS_TOO_FEW' }))
  })

  test('need rows of every class, and say which is short', () => {
    const dataset = { ...labelled(40, 3), labels: new Int32Array(40) }
    expect(() => partition(dataset, 3, { kind: 'by-class', seed: 1 })).toThrow(/0 row\(s\) of class "class 1"/)
  })
})

describe('shards: by-size', () => {
  const options: PartitionOptions = { kind: 'by-size', seed: 3 }

  test('follow Zipf’s law', () => {
    // 1 + 1100 · (1, 1/2, 1/3) / (11/6)
    const sizes = sizesOf(partition(labelled(1103, 2), 3, options)).sort((a, b) => b - a)
    expect(sizes).toEqual([601, 301, 201])
  })

  test('are not in the order of peers', () => {
    const sizes = sizesOf(partition(labelled(4000, 2), 50, options))
    expect(sizes).not.toEqual(sizes.toSorted((a, b) => b - a))
  })

  test('are even with the exponent 0, and more skewed the greater it is', () => {
    const largest = (exponent: number): number =>
      Math.max(...sizesOf(partition(labelled(1000, 2), 10, { ...options, exponent })))
    expect(largest(0)).toBe(100)
    expect(largest(0.5)).toBeGreaterThan(largest(0))
    expect(largest(1)).toBeGreaterThan(largest(0.5))
    expect(largest(8)).toBeLessThanOrEqual(991)
  })

  test('add up, never grow with the rank, and match the law to rounding', () => {
    const shape = fc.record({ shards: fc.integer({ min: 1, max: 60 }), more: fc.nat(5000) })
    fc.assert(
      fc.property(shape, fc.double({ min: 0, max: 8, noNaN: true }), ({ shards, more }, exponent) => {
        const sizes = [...powerLawSizes(shards + more, shards, exponent)]
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(shards + more)
        const weights = sizes.map((_, index) => (index + 1) ** -exponent)
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        for (const [index, size] of sizes.entries()) {
          expect(Math.abs(size - 1 - (more * weights[index]) / total)).toBeLessThan(1 + 1e-6)
        }
      }),
    )
  })

  test.each([-1, 8.5, Number.NaN])('are refused for the exponent %d', (exponent) => {
    expect(() => partition(labelled(9, 2), 2, { ...options, exponent })).toThrow(UsageError)
  })
})
