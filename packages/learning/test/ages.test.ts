import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGE_MAX, agedBy, mergedAge } from '../src/index.ts'

const ages = fc.integer({ min: 0, max: AGE_MAX })

describe('ages', () => {
  test('are counted in ones up to the largest safe integer, and stay there', () => {
    expect(AGE_MAX).toBe(2 ** 53 - 1)
    expect(agedBy(AGE_MAX - 2, 2)).toBe(AGE_MAX)
    expect(agedBy(AGE_MAX - 1, 2)).toBe(AGE_MAX)
    expect(agedBy(AGE_MAX, 4096)).toBe(AGE_MAX)
  })

  test('stay ages in a merge, in whatever order', () => {
    fc.assert(
      fc.property(fc.constantFrom('max', 'sum'), ages, ages, (rule, a, b) => {
        const merged = mergedAge(rule, a, b)
        expect(Number.isSafeInteger(merged) && merged >= Math.max(a, b)).toBe(true)
        expect(mergedAge(rule, b, a)).toBe(merged)
      }),
    )
  })

  test('double under the rule `sum` and saturate after 53 merges; under `max` they do not grow', () => {
    let [sum, max, merges] = [1, 1, 0]
    while (sum < AGE_MAX) {
      sum = mergedAge('sum', sum, sum)
      max = mergedAge('max', max, max)
      merges++
    }
    expect(merges).toBe(53)
    expect(max).toBe(1)
    expect(mergedAge('sum', sum, sum)).toBe(AGE_MAX)
  })
})
