import { describe, expect, it } from 'vitest'
import { pairedTests } from '../../src/report/index.ts'
import { holm } from '../../src/report/statistics/significance.ts'
import { syntheticResults } from './synthetic-results.ts'

const AXES = { shards: ['iid', 'one class'] }
const grid = syntheticResults({ axes: AXES, seeds: 3 })

describe('pairedTests', () => {
  it('pair by seed, and correct for the pairs of a setting', () => {
    const tests = pairedTests(grid)
    expect(tests).toHaveLength(12)
    for (const { tests: found, seeds, difference } of tests) {
      expect(seeds).toEqual([1, 2, 3])
      expect(found!.t.corrected).toBeGreaterThanOrEqual(found!.t.p)
      expect(found!.t.p < 0.05).toBe(difference.low > 0 || difference.high < 0)
    }
  })

  it('correct both tests by Holm', () => {
    for (const shards of AXES.shards) {
      const own = pairedTests(grid).filter(({ setting }) => setting.levels['shards'] === shards)
      for (const which of ['t', 'signedRank'] as const) {
        const corrected = own.map(({ tests }) => tests![which].corrected)
        expect(corrected).toEqual(holm(own.map(({ tests }) => tests![which].p)))
        if (which === 't') expect(corrected).not.toEqual(own.map(({ tests }) => tests![which].p))
      }
    }
  })

  it('pair the same seeds, whichever are missing', () => {
    const hasRun = ({ contestant, seed }: { contestant: string; seed: number }): boolean =>
      !(contestant === 'a' && seed === 2) && !(contestant === 'b' && seed === 4)
    const results = syntheticResults({ contestants: ['a', 'b'], seeds: 5, hasRun })
    const end = (contestant: string, seed: number): number =>
      results.cells.find((cell) => cell.contestant === contestant && cell.seed === seed)!.result.series.at(-1)!.mean
    const [{ seeds, difference }] = pairedTests(results)
    expect(seeds).toEqual([1, 3, 5])
    const differences = seeds.map((seed) => end('a', seed) - end('b', seed))
    expect(difference.mean).toBeCloseTo((differences[0] + differences[1] + differences[2]) / 3, 12)
    expect(Math.min(...differences)).toBeLessThan(difference.mean)
  })

  it('say why there is none', () => {
    const [{ tests, reason }] = pairedTests(syntheticResults({ contestants: ['a', 'b'], seeds: 1 }))
    expect({ tests, reason }).toEqual({ tests: undefined, reason: 'needs two seeds that both ran: there is 1' })
    const hasRun = ({ contestant, seed }: { contestant: string; seed: number }): boolean =>
      (contestant === 'a') === seed < 2
    const apart = syntheticResults({ contestants: ['a', 'b'], seeds: 2, hasRun })
    expect(pairedTests(apart)[0].reason).toContain('there is none')
  })
})
