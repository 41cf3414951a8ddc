import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contains, countBits, insert, selectBit, sizeOf, wordsOf } from '../../src/shuffle/bit-set.ts'

const words = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const bitsOf = (word: number): number[] =>
  Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (word >>> bit) & 1)

describe('sets as bits', () => {
  test('count and select the bits of any word', () => {
    fc.assert(
      fc.property(words, (word) => {
        const bits = bitsOf(word)
        expect(countBits(word)).toBe(bits.length)
        for (const [ordinal, bit] of bits.entries()) expect(selectBit(word, ordinal)).toBe((1 << bit) | 0)
      }),
    )
  })

  test('contain what was inserted, in their own range alone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(99)), (elements) => {
        const set = new Int32Array(wordsOf(100) + 4)
        for (const element of elements) insert(set, 2, element)
        expect(sizeOf(set, 2, wordsOf(100))).toBe(elements.length)
        for (let i = 0; i < 100; i++) expect(contains(set, 2, i)).toBe(elements.includes(i))
        expect([...set.subarray(0, 2), ...set.subarray(6)]).toEqual([0, 0, 0, 0])
      }),
    )
  })
})
