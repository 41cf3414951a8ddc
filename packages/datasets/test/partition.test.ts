import { ConfigurationError, randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PartitionOptions, partition, type RawDataset, SHARD_KINDS, type ShardKind } from '../src/index.ts'
import { dirichletShares } from '../src/partition/gamma.ts'
import { powerLawSizes } from '../src/shard-sizes.ts'
import { labelled, sizesOf, spread } from './shards.ts'

const seed = fc.nat()

/** Rows and peers, at least one row for each peer of each class. */
const cases = fc
  .record({ classes: fc.integer({ min: 2, max: 5 }), peers: fc.integer({ min: 1, max: 40 }), more: fc.nat(200) })
  .map(({ classes, peers, more }) => ({ classes, peers: peers + classes, rows: (peers + classes) * classes + more }))

/** The options of a kind, with the column that one of them needs. */
const optionsOf = (kind: ShardKind, seed: number): PartitionOptions => ({ kind, seed, column: 'x' })

describe.each(SHARD_KINDS)('shards: %s', (kind) => {
  test('give every row to exactly one peer, and every peer a row', () => {
    fc.assert(
      fc.property(cases, seed, ({ rows, classes, peers }, value) => {
        const shards = partition(labelled(rows, classes), peers, optionsOf(kind, value))
        expect(shards).toHaveLength(peers)
        expect(Math.min(...sizesOf(shards))).toBeGreaterThanOrEqual(1)
        const dealt = shards.flatMap((shard) => [...shard]).sort((a, b) => a - b)
        expect(dealt).toEqual(Array.from({ length: rows }, (_, row) => row))
      }),
    )
  })

  test('are the same for the same seed, and not for another', () => {
    const dataset = labelled(400, 2)
    const cut = (value: number): Int32Array[] => partition(dataset, 7, optionsOf(kind, value))
    expect(cut(5)).toEqual(cut(5))
    expect(cut(5)).not.toEqual(cut(6))
  })

  test('stand in random order', () => {
    const [shard] = partition(labelled(400, 2), 3, optionsOf(kind, 1))
    expect([...shard]).not.toEqual([...shard].sort((a, b) => a - b))
  })

  test('are refused where peers outnumber rows', () => {
    const cut = (): unknown => partition(labelled(4, 2), 5, optionsOf(kind, 1))
    expect(cut).toThrow(ConfigurationError)
    expect(cut).toThrow(expect.objectContaining({ code: 'SHARDS_TOO_MANY' }))
  })

  test.each([0, -1, 1.5, Number.NaN])('are refused for %d peers', (peers) => {
    expect(() => partition(labelled(4, 2), peers, optionsOf(kind, 1))).toThrow(UsageError)
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

const classesOf = (dataset: RawDataset, shard: Int32Array): number[] =>
  [...new Set(Array.from(shard, (row) => dataset.labels[row]))].sort((a, b) => a - b)

describe('shards: classes', () => {
  const options = (classesPerPeer: number, value = 1): PartitionOptions => ({
    kind: 'classes',
    classesPerPeer,
    seed: value,
  })

  test('give every peer exactly k classes, and each class about as many holders', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 5 }), seed, ({ classes, peers }, wanted, value) => {
        const count = Math.min(wanted, classes)
        const dataset = labelled(classes * peers * count, classes)
        const shards = partition(dataset, peers, options(count, value))
        const holders = new Int32Array(classes)
        for (const shard of shards) {
          const own = classesOf(dataset, shard)
          expect(own).toHaveLength(count)
          for (const label of own) holders[label]++
        }
        expect(spread([...holders])).toBeLessThanOrEqual(2)
      }),
    )
  })

  test('share a class equally', () => {
    const dataset = labelled(1000, 10)
    const shards = partition(dataset, 20, options(3))
    for (let label = 0; label < 10; label++) {
      const own = shards.map((shard) => shard.filter((row) => dataset.labels[row] === label).length)
      expect(spread(own.filter((rows) => rows > 0))).toBeLessThan(2)
    }
  })

  test('may be of more rows than fit on a stack', () => {
    expect(sizesOf(partition(labelled(600_000, 2), 2, options(1)))).toEqual([300_000, 300_000])
  })

  test('pair classes at random, not neighbours alone', () => {
    const dataset = labelled(4000, 10)
    const pairs = partition(dataset, 100, options(2)).map((shard) => classesOf(dataset, shard).join())
    expect(new Set(pairs).size).toBeGreaterThan(20)
  })

  test.each([
    [options(3), 'CLASSES_PER_PEER', 10],
    [options(0), 'CLASSES_PER_PEER', 10],
    [options(1), 'SHARDS_TOO_FEW', 1],
    [options(1), 'SHARDS_TOO_MANY', 100],
  ])('%j is refused with %s for %i peers', (wrong, code, peers) => {
    expect(() => partition(labelled(40, 2), peers, wrong)).toThrow(expect.objectContaining({ code }))
  })
})

describe('shards: dirichlet', () => {
  const distance = (alpha: number): number => {
    const dataset = labelled(4000, 10)
    const shards = partition(dataset, 20, { kind: 'dirichlet', alpha, seed: 4 })
    const own = shards.map((shard) => classesOf(dataset, shard).length)
    return own.reduce((sum, count) => sum + count, 0) / own.length
  }

  test('mix classes the better the greater α is', () => {
    expect(distance(0.01)).toBeLessThan(2)
    expect(distance(0.3)).toBeGreaterThan(distance(0.01))
    expect(distance(1000)).toBe(10)
  })

  test('leave nobody empty-handed, even with many more peers than classes', () => {
    const sizes = sizesOf(partition(labelled(500, 3), 400, { kind: 'dirichlet', alpha: 0.05, seed: 2 }))
    expect(Math.min(...sizes)).toBe(1)
    expect(sizes.reduce((a, b) => a + b)).toBe(500)
  })

  test('give those who would be empty-handed rows of any class', () => {
    const dataset = labelled(2000, 50)
    const labels = Array.from({ length: 8 }, (_, seed) =>
      partition(dataset, 300, { kind: 'dirichlet', alpha: 0.001, seed }),
    )
      .flat()
      .filter(({ length }) => length === 1)
      .map(([row]) => dataset.labels[row])
    expect(labels.length).toBeGreaterThan(1000)
    // 24.5 for rows drawn from all; the last classes of those who have most would be 33 in the mean.
    const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length
    expect(mean).toBeGreaterThan(20)
    expect(mean).toBeLessThan(29)
  })

  test('draw the same numbers on every machine', () => {
    const [first] = partition(labelled(60, 3), 4, { kind: 'dirichlet', alpha: 0.3, seed: 7 })
    expect([...first]).toMatchInlineSnapshot(`
      [
        49,
        18,
        53,
        58,
        47,
        14,
        42,
      ]
    `)
  })

  test.each([0, -1, 1e7, Number.NaN])('are refused for α = %d', (alpha) => {
    expect(() => partition(labelled(9, 2), 2, { kind: 'dirichlet', alpha, seed: 1 })).toThrow(UsageError)
  })
})

describe('Dirichlet shares', () => {
  // Johnson, Kotz, Balakrishnan: E[p] = 1/n, Var[p] = (n − 1) / (n²(nα + 1)).
  test.each([0.05, 0.5, 1, 5, 200])('have the mean and the variance of Dirichlet(%d)', (alpha) => {
    const random = randomStream(11)
    const [count, draws] = [4, 6000]
    let [sum, squares, off] = [0, 0, 0]
    for (let draw = 0; draw < draws; draw++) {
      const shares = dirichletShares(count, alpha, random)
      off = Math.max(off, Math.abs(shares.reduce((a, b) => a + b) - 1))
      sum += shares[0]
      squares += shares[0] * shares[0]
    }
    expect(off).toBeLessThan(1e-12)
    const mean = sum / draws
    const variance = (count - 1) / (count * count * (count * alpha + 1))
    expect(Math.abs(mean - 1 / count)).toBeLessThan(4 * Math.sqrt(variance / draws))
    expect((squares / draws - mean * mean) / variance).toBeGreaterThan(0.9)
    expect((squares / draws - mean * mean) / variance).toBeLessThan(1.1)
  })

  test('are finite for the smallest α', () => {
    const shares = dirichletShares(5, 0.001, randomStream(3))
    expect([...shares].every((share) => share >= 0 && share <= 1)).toBe(true)
    expect(Math.max(...shares)).toBeGreaterThan(0.99)
  })
})
