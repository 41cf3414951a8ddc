import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random, RandomStreams, randomStream, UsageError } from '../src/index.ts'
import { chiSquare, chiSquareMax, lemire, xoshiro128StarStar } from './reference.ts'

const uint32 = fc.integer({ min: 0, max: 0xffffffff })
const states = fc.tuple(uint32, uint32, uint32, uint32).filter((words) => words.some((word) => word !== 0))
const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw)
const words = (random: Random, count = 4): number[] => draws(count, () => random.uint32())

describe('xoshiro128** (Blackman and Vigna 2021)', () => {
  test('gives the numbers that the authors’ code gives from the state 1, 2, 3, 4', () => {
    const random = new Random(Int32Array.of(1, 2, 3, 4))
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]
    expect(words(random, 10)).toEqual(published)
  })

  test('gives what the reference gives from any state', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(words(new Random(Int32Array.from(state)), 50)).toEqual(draws(50, xoshiro128StarStar(state)))
      }),
    )
  })

  test('sets every bit as often as not', () => {
    const random = randomStream(11)
    const ones = new Int32Array(32)
    for (const word of words(random, 20_000)) for (let bit = 0; bit < 32; bit++) ones[bit] += (word >>> bit) & 1
    for (const count of ones) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(5_000))
  })
})

describe('streams', () => {
  test('of one set are all different, and are what stands alone', () => {
    const count = 100_000
    const streams = new RandomStreams(count, 7)
    const seen = new Set<string>()
    for (let stream = 0; stream < count; stream++) seen.add(words(streams.at(stream)).join())
    expect(seen.size).toBe(count)
    expect(seen.has(words(randomStream(7, 99_999)).join())).toBe(true)
  })

  test('differ by seed, by index and by purpose, also where the seed exceeds 32 bits', () => {
    const seen = new Set<string>()
    const large = [2 ** 32, 2 ** 32 + 1, 2 ** 33, 2 ** 52, Number.MAX_SAFE_INTEGER]
    const some = [...Array(60).keys(), ...large]
    for (const seed of some) {
      for (let index = 0; index < 60; index++) {
        for (let purpose = 0; purpose < 5; purpose++) seen.add(words(randomStream(seed, index, purpose)).join())
      }
    }
    expect(seen.size).toBe(some.length * 60 * 5)
  })

  test('draw independently of each other: neighbours agree on nothing', () => {
    const pairs = new Int32Array(64)
    for (let index = 0; index < 20_000; index++) {
      pairs[randomStream(3, index).below(8) * 8 + randomStream(3, index + 1).below(8)]++
    }
    expect(chiSquare(pairs)).toBeLessThan(chiSquareMax(64))
    const bySeed = new Int32Array(64)
    for (let seed = 0; seed < 20_000; seed++)
      bySeed[randomStream(seed).below(8) * 8 + randomStream(seed, 0, 1).below(8)]++
    expect(chiSquare(bySeed)).toBeLessThan(chiSquareMax(64))
  })

  test('of a set do not disturb each other, in whatever order they are drawn from', () => {
    const order = fc.array(fc.nat(4), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(seeds, order, (seed, sequence) => {
        const streams = new RandomStreams(5, seed, 2)
        const alone = Array.from({ length: 5 }, (_, index) => randomStream(seed, index, 2))
        for (const index of sequence) expect(streams.at(index).uint32()).toBe(alone[index].uint32())
      }),
    )
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('have no seed %d', (seed) => {
    expect(() => randomStream(seed)).toThrow(UsageError)
    expect(() => new RandomStreams(1, seed)).toThrow(expect.objectContaining({ code: 'SEED_INVALID' }))
  })
})

describe('below', () => {
  const bounds = fc.oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 2 ** 21 - 3, max: 2 ** 21 + 3 }),
    fc.integer({ min: 2 ** 31 - 3, max: 2 ** 31 + 3 }),
    fc.integer({ min: 1, max: 2 ** 32 }),
    fc.constant(2 ** 32),
  )

  test('is Lemire’s method, bit for bit, for every bound up to 2³²', () => {
    fc.assert(
      fc.property(states, bounds, (state, bound) => {
        const random = new Random(Int32Array.from(state))
        const next = xoshiro128StarStar(state)
        for (let i = 0; i < 20; i++) expect(random.below(bound)).toBe(lemire(next, bound))
        // The same number of words was drawn: no draw was rejected on one side only.
        expect(random.uint32()).toBe(next())
      }),
      { numRuns: 300 },
    )
  })

  test('rejects the draws that would bias it', () => {
    // With a bound of 3·2³⁰ a quarter of all draws is rejected, and thirds would be unequal without it.
    const bound = 3 * 2 ** 30
    const random = randomStream(5)
    const counts = new Int32Array(3)
    for (let i = 0; i < 60_000; i++) counts[random.below(bound) % 3]++
    expect(chiSquare(counts)).toBeLessThan(chiSquareMax(3))
  })

  test.each([2, 3, 10, 57, 1000])('%d draws all numbers equally often', (bound) => {
    const random = randomStream(19, bound)
    const counts = new Int32Array(bound)
    for (let i = 0; i < 100_000; i++) counts[random.below(bound)]++
    expect(chiSquare(counts)).toBeLessThan(chiSquareMax(bound))
  })

  test('of 1 is 0', () => {
    expect(draws(100, () => randomStream(1).below(1))).toEqual(Array(100).fill(0))
  })
})

describe('float64', () => {
  test('lies in [0, 1) on a grid of 2⁻⁵³', () => {
    fc.assert(
      fc.property(states, (state) => {
        const random = new Random(Int32Array.from(state))
        for (let i = 0; i < 50; i++) {
          const x = random.float64()
          expect(x >= 0 && x < 1 && Number.isInteger(x * 2 ** 53)).toBe(true)
        }
      }),
    )
  })

  test('is made of the upper 27 bits of one word and the upper 26 of the next', () => {
    const state = [0xffffffff, 0x12345678, 0x9abcdef0, 0xdeadbeef]
    const next = xoshiro128StarStar(state)
    const random = new Random(Int32Array.from(state))
    for (let i = 0; i < 20; i++) {
      const exact = (BigInt(next() >>> 5) << 26n) + BigInt(next() >>> 6)
      expect(BigInt(random.float64() * 2 ** 53)).toBe(exact)
    }
  })

  test('is uniform', () => {
    const random = randomStream(23)
    const counts = new Int32Array(100)
    for (let i = 0; i < 100_000; i++) counts[Math.floor(random.float64() * 100)]++
    expect(chiSquare(counts)).toBeLessThan(chiSquareMax(100))
  })
})

describe('normal', () => {
  const count = 100_000
  const random = randomStream(29)
  const sample = draws(count, () => random.normal())
  const moment = (order: number): number => sample.reduce((sum, x) => sum + x ** order, 0) / count

  test('has the moments 0, 1, 0, 3 of the standard normal distribution', () => {
    const errorsOf = (variance: number): number => 5 * Math.sqrt(variance / count)
    expect(Math.abs(moment(1))).toBeLessThan(errorsOf(1))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(errorsOf(2))
    expect(Math.abs(moment(3))).toBeLessThan(errorsOf(15))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(errorsOf(96))
  })

  test('exceeds 1, 2 and 3 as often as it should', () => {
    for (const [limit, tail] of [
      [1, 0.158655],
      [2, 0.0227501],
      [3, 0.0013499],
    ]) {
      const share = sample.filter((x) => x > limit).length / count
      expect(Math.abs(share - tail)).toBeLessThan(5 * Math.sqrt(tail / count))
    }
  })
})

describe('shuffle', () => {
  test('permutes the first entries and leaves the others where they are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(30), seeds, (values, most, seed) => {
        const length = Math.min(most, values.length)
        const shuffled = [...values]
        randomStream(seed).shuffle(shuffled, length)
        const sorted = (part: number[]): number[] => part.toSorted((a, b) => a - b)
        expect(sorted(shuffled.slice(0, length))).toEqual(sorted(values.slice(0, length)))
        expect(shuffled.slice(length)).toEqual(values.slice(length))
      }),
    )
  })

  test('draws every order equally often, of typed arrays too', () => {
    const random = randomStream(31)
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const values = Int32Array.of(0, 1, 2, 3)
      random.shuffle(values)
      counts.set(values.join(), (counts.get(values.join()) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    expect(chiSquare([...counts.values()])).toBeLessThan(chiSquareMax(24))
  })
})
