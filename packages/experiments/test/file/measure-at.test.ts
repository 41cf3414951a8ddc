import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measureAt } from '../../src/file/build/measure-at.ts'
import { SettingProblem } from '../../src/file/build/setting-problem.ts'

const cycles = fc.integer({ min: 1, max: 5000 })
const rule = fc.oneof(
  fc.constantFrom('log' as const, 'all' as const),
  fc.record({ every: fc.integer({ min: 1, max: 6000 }) }),
  fc.array(fc.oneof(fc.constant('log' as const), fc.integer({ min: 1, max: 6000 })), { minLength: 1, maxLength: 9 }),
)

describe('measured cycles', () => {
  it('ascend to the last cycle', () => {
    fc.assert(
      fc.property(rule, cycles, (at, last) => {
        const measured = measureAt(at, last, true)
        expect(measured.at(-1)).toBe(last)
        expect(measured.every((cycle, i) => Number.isInteger(cycle) && cycle > (measured[i - 1] ?? 0))).toBe(true)
      }),
    )
  })

  it('are twelve a decade, by rule', () => {
    expect(measureAt('log', 100, false)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82, 100,
    ])
    expect(measureAt('all', 4, false)).toEqual([1, 2, 3, 4])
    expect(measureAt({ every: 30 }, 100, false)).toEqual([30, 60, 90, 100])
    expect(measureAt([50, 'log', 9], 10, true)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('do not lie beyond the end of a run, but are cut there in its reduced form', () => {
    expect(() => measureAt([5, 50], 10, false)).toThrow(SettingProblem)
    expect(measureAt([5, 50], 10, true)).toEqual([5, 10])
  })

  it('are not too many', () => {
    expect(() => measureAt('all', 1_000_000, false)).toThrow(SettingProblem)
  })
})
