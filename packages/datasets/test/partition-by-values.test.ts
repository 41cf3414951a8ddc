import { randomStream, UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { partition, type RawDataset } from '../src/index.ts'
import { labelled, sizesOf, spread } from './shards.ts'

/** Rows with two features that say the same, in no order, and a third that says nothing. */
function correlated(rows: number): RawDataset {
  const value = (row: number): number => (row * 7919) % rows
  const features = Float64Array.from(
    { length: rows * 3 },
    (_, i) => [value(Math.floor(i / 3)), 1e6 + 2 * value(Math.floor(i / 3)), 5][i % 3],
  )
  return { ...labelled(rows, 2), featureNames: ['a', 'b', 'c'], features }
}

describe('shards: by-features', () => {
  const dataset = correlated(600)
  const rangeOf = (shard: Int32Array): number => {
    const values = Array.from(shard, (row) => dataset.features[row * 3])
    return Math.max(...values) - Math.min(...values)
  }
  const cut = (skew?: number): Int32Array[] =>
    partition(dataset, 6, { kind: 'by-features', seed: 2, ...(skew === undefined ? {} : { skew }) })

  test('give neighbours in feature space to the same peer', () => {
    for (const shard of cut()) {
      expect(shard).toHaveLength(100)
      expect(rangeOf(shard)).toBe(99)
    }
  })

  test('follow the direction in which most features vary together, whatever their units', () => {
    const random = randomStream(9)
    const hidden = Float64Array.from({ length: 600 }, () => random.normal())
    // Three columns of one cause, in other units, and five of noise.
    const columns: ((of: number) => number)[] = [(of) => 7 + 100 * of, (of) => -of / 50, (of) => 3 * of]
    while (columns.length < 8) columns.push(() => random.normal())
    const features = Float64Array.from({ length: 600 * 8 }, (_, index) => {
      return columns[index % 8](hidden[Math.floor(index / 8)] + random.normal() / 5)
    })
    const noisy = { ...labelled(600, 2), featureNames: columns.map((_, i) => `x${i}`), features }
    const shards = partition(noisy, 6, { kind: 'by-features', seed: 3 })
    const within = shards.map((shard) => {
      const mean = shard.reduce((sum, row) => sum + hidden[row], 0) / shard.length
      return shard.reduce((sum, row) => sum + (hidden[row] - mean) ** 2, 0) / shard.length
    })
    // Of the variance of 1, shards have almost nothing.
    expect(within.reduce((sum, variance) => sum + variance, 0) / 6).toBeLessThan(0.2)
  })

  test('are at random without skew, and in between with some', () => {
    const mean = (skew: number): number => cut(skew).reduce((sum, shard) => sum + rangeOf(shard), 0) / 6
    expect(mean(0)).toBeGreaterThan(550)
    const near = (shard: Int32Array): number => {
      const values = Array.from(shard, (row) => dataset.features[row * 3]).sort((a, b) => a - b)
      return values[75] - values[25]
    }
    expect(near(cut(0.8)[0])).toBeLessThan(near(cut(0)[0]))
  })

  test('work where no feature varies', () => {
    const sizes = sizesOf(partition(labelled(10, 2), 3, { kind: 'by-features', seed: 1 }))
    expect(sizes.toSorted((a, b) => a - b)).toEqual([3, 3, 4])
  })

  test.each([-0.1, 1.1, Number.NaN])('are refused for the skew %d', (skew) => {
    expect(() => cut(skew)).toThrow(UsageError)
  })
})

describe('shards: by-column', () => {
  const writers = (rows: number, count: number): RawDataset => ({
    ...labelled(rows, 2),
    featureNames: ['writer'],
    features: Float64Array.from({ length: rows }, (_, row) => (row * row) % count),
  })
  const valuesOf = (dataset: RawDataset, shard: Int32Array): Set<number> =>
    new Set(Array.from(shard, (row) => dataset.features[row]))

  test('never split a value among peers where there are enough values', () => {
    const dataset = writers(500, 101)
    const shards = partition(dataset, 8, { kind: 'by-column', column: 'writer', seed: 1 })
    const all = shards.flatMap((shard) => [...valuesOf(dataset, shard)])
    expect(new Set(all).size).toBe(all.length)
    expect(spread(sizesOf(shards))).toBeLessThan(12)
  })

  test('never mix values where there are fewer than peers', () => {
    const dataset = writers(400, 7)
    const shards = partition(dataset, 30, { kind: 'by-column', column: 0, seed: 1 })
    for (const shard of shards) expect(valuesOf(dataset, shard).size).toBe(1)
  })

  test('give a value as many peers as its share of the rows says', () => {
    const values = [
      ...new Array<number>(60).fill(5),
      ...new Array<number>(30).fill(-1),
      ...new Array<number>(10).fill(2),
    ]
    const dataset = { ...labelled(100, 2), features: Float64Array.from(values) }
    const shards = partition(dataset, 10, { kind: 'by-column', column: 'x', seed: 1 })
    expect(sizesOf(shards)).toEqual(new Array(10).fill(10))
    const holders = (value: number): number => shards.filter(([row]) => dataset.features[row] === value).length
    expect([5, -1, 2].map(holders)).toEqual([6, 3, 1])
  })

  test.each([
    ['writr', /did you mean "writer"/],
    [1, /no feature 1;/],
    [undefined, /no column is named/],
  ])('refuse the column %s', (column, says) => {
    const options = { kind: 'by-column', seed: 1, ...(column === undefined ? {} : { column }) } as const
    expect(() => partition(writers(40, 4), 2, options)).toThrow(says)
    expect(() => partition(writers(40, 4), 2, options)).toThrow(expect.objectContaining({ code: 'SHARDS_COLUMN' }))
  })
})
