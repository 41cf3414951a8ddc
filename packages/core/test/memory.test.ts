import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alignWords } from '../src/index.ts'

test('alignWords rounds up to whole vectors of four words', () => {
  expect([0, 1, 3, 4, 5, 57, 58, 784].map(alignWords)).toEqual([0, 4, 4, 4, 8, 60, 60, 784])
  fc.assert(
    fc.property(fc.nat(2 ** 30), (words) => {
      const aligned = alignWords(words)
      expect(aligned % 4).toBe(0)
      expect(aligned - words).toBeGreaterThanOrEqual(0)
      expect(aligned - words).toBeLessThan(4)
    }),
  )
})
