import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignRows } from '../../src/scenario/assign-rows.ts'
import { setupSeed } from '../../src/scenario/setup-stream.ts'
import { CLOUDS, QUIET } from './support.ts'

const PARTS = ['overlay', 'shards', 'split', 'network', 'churn', 'centralised', 'speeds', 'values', 'weights'] as const

describe('the setup of a run', () => {
  test('draws each of its parts anew, and anew for each seed', () => {
    const seeds = [0, 1, 2].flatMap((seed) => PARTS.map((part) => setupSeed(seed, part)))
    expect(new Set(seeds).size).toBe(3 * PARTS.length)
    expect(setupSeed(2, 'churn')).toBe(seeds[2 * PARTS.length + PARTS.indexOf('churn')])
  })

  test('gives rows to as many peers as each other where peers share them, and other ones for another seed', () => {
    const { train } = CLOUDS
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(1000),
        (peers, rowsPerPeer, seed) => {
          const options = { ...QUIET, peers, rowsPerPeer, seed }
          const assignment = assignRows(train, options)
          expect(assignment.map(({ length }) => length)).toEqual(Array.from({ length: peers }, () => rowsPerPeer))
          const holders = new Int32Array(train.rows)
          for (const rows of assignment) for (const row of rows) holders[row]++
          expect(Math.max(...holders) - Math.min(...holders)).toBeLessThanOrEqual(1)
          expect(assignRows(train, { ...options, seed: seed + 1 })).not.toEqual(assignment)
        },
      ),
    )
  })
})
