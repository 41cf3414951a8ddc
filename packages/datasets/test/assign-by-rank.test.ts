import { ConfigurationError, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignByRank, type RawDataset } from '../src/index.ts'

function labelled(rows: number, classes: number): RawDataset {
  return {
    ...{ name: 'rows', rows, featureNames: ['x'], features: new Float64Array(rows) },
    classNames: Array.from({ length: classes }, (_, index) => `class ${index}`),
    labels: Int32Array.from({ length: rows }, (_, row) => row % classes),
  }
}

/** The mean class of each peer's rows. */
const meanClasses = ({ labels }: RawDataset, shards: readonly Int32Array[]): number[] =>
  shards.map((rows) => rows.reduce((sum, row) => sum + labels[row], 0) / rows.length)

/** Pearson's correlation. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  const sum = (f: (i: number) => number): number => a.reduce((total, _, i) => total + f(i), 0)
  const together = sum((i) => (a[i] - meanA) * (b[i] - meanB))
  return together / Math.sqrt(sum((i) => (a[i] - meanA) ** 2) * sum((i) => (b[i] - meanB) ** 2))
}

const cases = fc
  .record({
    ranks: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 }),
    classes: fc.integer({ min: 2, max: 4 }),
    more: fc.nat(60),
    strength: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
  })
  .map(({ more, ...rest }) => ({ ...rest, rows: rest.ranks.length + more }))

describe('assignByRank', () => {
  test('gives every row to exactly one peer, in shares that differ by at most one row', () => {
    fc.assert(
      fc.property(cases, ({ ranks, classes, rows, strength, seed }) => {
        const shards = assignByRank(labelled(rows, classes), ranks, { strength, seed })
        expect(shards).toHaveLength(ranks.length)
        const sizes = shards.map((shard) => shard.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(shards.flatMap((shard) => [...shard]).sort((a, b) => a - b)).toEqual([...Array(rows).keys()])
      }),
    )
  })

  test('at strength 1, gives no peer a row of a lower class than a peer of lower rank', () => {
    fc.assert(
      fc.property(cases, ({ ranks, classes, rows, seed }) => {
        const dataset = labelled(rows, classes)
        const shards = assignByRank(dataset, ranks, { strength: 1, seed })
        const classesOf = (peer: number): number[] => Array.from(shards[peer], (row) => dataset.labels[row])
        for (let a = 0; a < ranks.length; a++) {
          for (let b = 0; b < ranks.length; b++) {
            if (ranks[a] < ranks[b]) expect(Math.max(...classesOf(a))).toBeLessThanOrEqual(Math.min(...classesOf(b)))
          }
        }
      }),
      { numRuns: 50 },
    )
  })

  test('makes classes depend on ranks as strongly as it is told', () => {
    const dataset = labelled(4000, 2)
    const ranks = Array.from({ length: 400 }, (_, peer) => (peer * 37) % 400)
    const at = (strength: number): number =>
      correlation(ranks, meanClasses(dataset, assignByRank(dataset, ranks, { strength, seed: 3 })))
    const [none, some, most, full] = [0, 0.3, 0.7, 1].map(at)
    expect(Math.abs(none)).toBeLessThan(0.15)
    expect(some).toBeGreaterThan(none + 0.2)
    expect(most).toBeGreaterThan(some + 0.1)
    expect(full).toBeGreaterThan(0.86)
  })

  test('takes peers of the same rank in random order', () => {
    const dataset = labelled(100, 2)
    const spam = new Int32Array(10)
    for (let seed = 0; seed < 200; seed++) {
      const shards = assignByRank(dataset, new Float64Array(10), { strength: 1, seed })
      for (const [peer, mean] of meanClasses(dataset, shards).entries()) spam[peer] += mean
    }
    for (const count of spam) expect(Math.abs(count / 200 - 0.5)).toBeLessThan(0.15)
  })

  test('is the same for the same seed, and not for another', () => {
    const deal = (seed: number): Int32Array[] =>
      assignByRank(labelled(200, 2), [3, 1, 4, 1, 5, 9, 2, 6], { strength: 0.5, seed })
    expect(deal(1)).toEqual(deal(1))
    expect(deal(1)).not.toEqual(deal(2))
  })

  test.each([
    ['no peers', [], 0.5],
    ['a rank that is no number', [1, Number.NaN], 0.5],
    ['a strength below 0', [1, 2], -0.1],
    ['a strength above 1', [1, 2], 1.1],
    ['a strength that is no number', [1, 2], Number.NaN],
  ])('refuses %s', (_, ranks, strength) => {
    const deal = (): unknown => assignByRank(labelled(10, 2), ranks, { strength, seed: 1 })
    expect(deal).toThrow(UsageError)
    expect(deal).toThrow(expect.objectContaining({ code: 'RANKS' }))
  })

  test('refuses more peers than rows', () => {
    const deal = (): unknown => assignByRank(labelled(3, 2), [1, 2, 3, 4], { strength: 1, seed: 1 })
    expect(deal).toThrow(ConfigurationError)
    expect(deal).toThrow(expect.objectContaining({ code: 'SHARDS_TOO_MANY' }))
  })
})
