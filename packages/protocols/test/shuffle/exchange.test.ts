import { randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ItemCaches, ShuffleExchange, type ShuffleSizes } from '../../src/index.ts'
import { contains, insert, sizeOf } from '../../src/shuffle/bit-set.ts'
import { unevenness } from '../support.ts'

const sizes: fc.Arbitrary<ShuffleSizes> = fc
  .integer({ min: 1, max: 130 })
  .chain((items) => fc.tuple(fc.constant(items), fc.integer({ min: 1, max: items })))
  .chain(([items, cacheSize]) =>
    fc.record({
      items: fc.constant(items),
      cacheSize: fc.constant(cacheSize),
      exchangeSize: fc.integer({ min: 1, max: cacheSize }),
    }),
  )

/** A pair of peers with random caches, of which the second may be only partly full, and what each has chosen. */
function pairOf(options: ShuffleSizes, seed: number, held = options.cacheSize) {
  const random = randomStream(seed)
  const caches = new ItemCaches(2, options)
  while (caches.sizes[1] < held) caches.insert(1, random.below(options.items))
  while (caches.sizes[0] < options.cacheSize) caches.insert(0, random.below(options.items))
  const { words } = caches.exchange
  const sent = new Int32Array(2 * words)
  caches.choose(random, 0, sent, 0)
  caches.choose(random, 1, sent, words)
  const exchange = (): void => {
    caches.apply(random, 0, sent, 0, sent, words)
    caches.apply(random, 1, sent, words, sent, 0)
  }
  const chosen = (peer: number): number[] =>
    Array.from({ length: options.items }, (_, item) => item).filter((item) => contains(sent, peer * words, item))
  return { caches, exchange, chosen }
}

describe('ShuffleExchange', () => {
  test('chooses s items of the cache, or all where there are fewer', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(130), (options, seed, held) => {
        const { caches, chosen } = pairOf(options, seed, Math.min(held, options.cacheSize))
        for (const peer of [0, 1]) {
          expect(chosen(peer)).toHaveLength(Math.min(options.exchangeSize, caches.sizes[peer]))
          for (const item of chosen(peer)) expect(caches.holds(peer, item)).toBe(true)
        }
      }),
    )
  })

  test('keeps what was received, drops only what was sent, and never loses an item of both', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(130), (options, seed, held) => {
        const { caches, exchange, chosen } = pairOf(options, seed, Math.min(held, options.cacheSize))
        const before = [caches.heldBy(0), caches.heldBy(1)]
        const sent = [chosen(0), chosen(1)]
        exchange()
        const after = [caches.heldBy(0), caches.heldBy(1)]
        for (const [peer, other] of [
          [0, 1],
          [1, 0],
        ]) {
          expect(after[peer]).toEqual(expect.arrayContaining(sent[other]))
          for (const item of before[peer]) if (!sent[peer].includes(item)) expect(after[peer]).toContain(item)
          for (const item of after[peer]) expect(before[peer].includes(item) || sent[other].includes(item)).toBe(true)
          expect(after[peer].length).toBe(Math.min(options.cacheSize, new Set([...before[peer], ...sent[other]]).size))
          expect(caches.sizes[peer]).toBe(after[peer].length)
          for (const item of sent[other]) expect(caches.hasSeen(peer, item)).toBe(true)
        }
        expect(new Set(after.flat())).toEqual(new Set(before.flat()))
      }),
    )
  })

  test.each([
    [6, 4],
    [6, 3],
    [40, 5],
    [40, 36],
  ])('chooses all of %d items equally often, %d at a time, and all pairs too', (cacheSize, exchangeSize) => {
    const exchange = new ShuffleExchange({ items: 70, cacheSize, exchangeSize })
    const cache = new Int32Array(exchange.words)
    const members = Array.from({ length: cacheSize }, (_, i) => 3 + i)
    for (const item of members) insert(cache, 0, item)
    const random = randomStream(5)
    const target = new Int32Array(exchange.words)
    const single = new Int32Array(cacheSize)
    const pairs = new Int32Array(cacheSize - 1)
    for (let draw = 0; draw < 6000; draw++) {
      exchange.choose(random, cache, 0, cacheSize, target, 0)
      for (const [i, item] of members.entries()) {
        if (!contains(target, 0, item)) continue
        single[i]++
        if (i > 0 && contains(target, 0, members[0])) pairs[i - 1]++
      }
    }
    expect(unevenness(single)).toBeLessThan(3)
    expect(unevenness(pairs)).toBeLessThan(3)
  })

  test('drops the sent items that were not received equally often', () => {
    const exchange = new ShuffleExchange({ items: 40, cacheSize: 10, exchangeSize: 8 })
    const random = randomStream(6)
    const setOf = (items: readonly number[]): Int32Array => {
      const set = new Int32Array(exchange.words)
      for (const item of items) insert(set, 0, item)
      return set
    }
    const sent = setOf([0, 1, 2, 3, 4, 5, 6, 7])
    const received = setOf([0, 1, 30, 31, 32])
    const dropped = new Int32Array(8)
    for (let draw = 0; draw < 4000; draw++) {
      const cache = setOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      expect(exchange.apply(random, cache, 0, sent, 0, received, 0)).toBe(10)
      for (let item = 0; item < 8; item++) if (!contains(cache, 0, item)) dropped[item]++
    }
    expect([dropped[0], dropped[1]]).toEqual([0, 0])
    expect(unevenness(dropped.subarray(2))).toBeLessThan(3)
    expect(dropped.reduce((sum, count) => sum + count)).toBe(3 * 4000)
  })

  // Bakhshi, Gavidia, Fokkink, van Steen 2009, §3, for n = 500, c = 100, s = 50 with caches that are random.
  test('changes who of a pair holds an item with the published probabilities', () => {
    const options = { items: 500, cacheSize: 100, exchangeSize: 50 }
    const counts = Array.from({ length: 4 }, () => new Float64Array(4))
    for (let seed = 0; seed < 1000; seed++) {
      const { caches, exchange } = pairOf(options, seed)
      const state = (item: number): number => 2 * Number(caches.holds(0, item)) + Number(caches.holds(1, item))
      const before = Array.from({ length: 500 }, (_, item) => state(item))
      exchange()
      for (let item = 0; item < 500; item++) counts[before[item]][state(item)]++
    }
    const probability = (after: number, before: number): [share: number, error: number] => {
      const total = counts[before].reduce((sum, count) => sum + count)
      const share = counts[before][after] / total
      return [share, Math.sqrt((share * (1 - share)) / total)]
    }
    const [neither, second, first, both] = [0, 1, 2, 3]
    const published: [after: number, before: number, probability: number][] = [
      [both, second, 1 / 18],
      [both, first, 1 / 18],
      [second, first, 4 / 9],
      [first, second, 4 / 9],
      [second, second, 1 / 2],
      [first, first, 1 / 2],
      [second, both, 2 / 9],
      [first, both, 2 / 9],
      [both, both, 5 / 9],
    ]
    for (const [after, before, expected] of published) {
      const [share, error] = probability(after, before)
      expect(Math.abs(share - expected), `${before} to ${after}`).toBeLessThan(4 * error)
    }
    expect([counts[neither][neither] > 0, counts[first][neither], counts[both][neither]]).toEqual([true, 0, 0])
    expect([counts[neither][first], counts[neither][second], counts[neither][both]]).toEqual([0, 0, 0])
  })

  test('takes no choice from a stranger that an honest peer could not make', () => {
    const exchange = new ShuffleExchange({ items: 40, cacheSize: 10, exchangeSize: 3 })
    expect(exchange.isChoice(Int32Array.of(0b111, 0), 0, 2)).toBe(true)
    expect(exchange.isChoice(Int32Array.of(0, 0), 0, 2)).toBe(true)
    expect(exchange.isChoice(Int32Array.of(0b1111, 0), 0, 2)).toBe(false)
    expect(exchange.isChoice(Int32Array.of(0, 1 << 8), 0, 2)).toBe(false)
    expect(exchange.isChoice(Int32Array.of(1, 0), 0, 1)).toBe(false)
    expect(exchange.isChoice(Int32Array.of(1, 0, 0, 0), 0, 3)).toBe(false)
  })

  test.each([
    [0, 1, 1],
    [10, 11, 1],
    [10, 5, 6],
    [10, 5, 0],
    [10.5, 5, 1],
    [65_537, 5, 1],
  ])('n = %d, c = %d and s = %d are no sizes', (items, cacheSize, exchangeSize) => {
    expect(() => new ShuffleExchange({ items, cacheSize, exchangeSize })).toThrow(
      expect.objectContaining({ code: 'SHUFFLE_SIZE' }),
    )
  })
})

describe('ItemCaches', () => {
  test('refuse what is no item and what does not fit, and take an item twice as once', () => {
    const caches = new ItemCaches(2, { items: 40, cacheSize: 2, exchangeSize: 1 })
    for (const item of [-1, 40, 1.5]) {
      expect(() => caches.insert(0, item)).toThrow(expect.objectContaining({ code: 'SHUFFLE_ITEM' }))
    }
    for (const item of [39, 3, 3]) caches.insert(1, item)
    expect([caches.heldBy(0), caches.heldBy(1)]).toEqual([[], [3, 39]])
    expect(() => caches.insert(1, 4)).toThrow(expect.objectContaining({ code: 'SHUFFLE_ITEM' }))
    expect(() => caches.fill(randomStream(1), 39)).toThrow(expect.objectContaining({ code: 'SHUFFLE_ITEM' }))
    expect(() => new ItemCaches(0, { items: 4, cacheSize: 2, exchangeSize: 1 })).toThrow(
      expect.objectContaining({ code: 'PEERS' }),
    )
  })

  test('are filled with items from a given one on', () => {
    const caches = new ItemCaches(50, { items: 20, cacheSize: 6, exchangeSize: 1 })
    caches.insert(7, 0)
    caches.fill(randomStream(2), 1)
    for (let peer = 0; peer < 50; peer++)
      expect([caches.heldBy(peer).length, caches.holds(peer, 0)]).toEqual([6, peer === 7])
    const counts = Int32Array.from({ length: 19 }, (_, i) =>
      Array.from({ length: 50 }, (_row, peer) => Number(caches.holds(peer, i + 1))).reduce((a, b) => a + b),
    )
    expect(unevenness(counts)).toBeLessThan(3)
    expect(sizeOf(caches.held, 0, caches.held.length)).toBe(300)
  })
})
