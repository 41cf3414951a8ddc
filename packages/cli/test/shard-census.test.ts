import type { RawDataset } from '@hearsay/datasets'
import { describe, expect, it } from 'vitest'
import { classDistance, classSpread, sizeSpread, takeCensus } from '../src/datasets/shard-census.ts'

/** Rows 0 … 3 are of class a, 4 … 7 of class b; nobody is of class c. */
const DATASET: RawDataset = {
  ...{ name: 'eight', featureNames: ['x'], classNames: ['a', 'b', 'c'], rows: 8 },
  features: new Float64Array(8),
  labels: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1),
}

const censusOf = (...shards: number[][]) =>
  takeCensus(
    DATASET,
    shards.map((rows) => Int32Array.from(rows)),
  )

describe('a census of shards', () => {
  it('counts the rows of each class of each peer', () => {
    const census = censusOf([0, 4, 5], [1, 2, 3, 6, 7])
    expect(census.sizes).toEqual([3, 5])
    expect(census.counts.map((own) => [...own])).toEqual([
      [1, 2, 0],
      [3, 2, 0],
    ])
  })

  it('has the middle of an odd number of peers as their median, and the mean of the two of an even one', () => {
    expect(sizeSpread(censusOf([0], [1, 2, 3], [4, 5, 6, 7]))).toEqual({ min: 1, median: 3, max: 4 })
    expect(sizeSpread(censusOf([0], [1, 2], [3, 4, 5, 6, 7], []))).toEqual({ min: 0, median: 1.5, max: 5 })
    expect(classSpread(censusOf([0, 1], [2, 3, 4], [5, 6, 7]))).toEqual({ min: 1, median: 1, max: 2 })
  })

  it('measures how far peers are from the whole by the share of rows that would have to change class', () => {
    expect(classDistance(censusOf([0, 4], [1, 2, 5, 6], [3, 7]))).toBe(0)
    // One class instead of two of the same size: half of the rows are too many.
    expect(classDistance(censusOf([0, 1, 2, 3], [4, 5, 6, 7]))).toBe(0.5)
    expect(classDistance(censusOf([0, 1, 2, 4], [3, 5, 6, 7]))).toBe(0.25)
  })
})
