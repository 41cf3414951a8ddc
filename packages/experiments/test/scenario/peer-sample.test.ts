import { randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PeerSample } from '../../src/scenario/peer-sample.ts'

describe('a sample of peers', () => {
  test('has different ones, as many as it should, and one at least', () => {
    const shares = fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), shares, fc.nat(), (peers, share, seed) => {
        const sample = new PeerSample(peers, share, randomStream(seed))
        for (let draw = 0; draw < 3; draw++) {
          const drawn = [...sample.draw()]
          expect(drawn).toHaveLength(Math.max(1, Math.round(share * peers)))
          expect(new Set(drawn).size).toBe(drawn.length)
          for (const peer of drawn) expect(peer >= 0 && peer < peers).toBe(true)
        }
      }),
    )
  })

  test('is any of those that there are, with the same probability', () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 6000; seed++) {
      const drawn = new PeerSample(3, 2 / 3, randomStream(seed)).draw().join()
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1)
    }
    expect([...counts.keys()].toSorted()).toEqual(['0,1', '0,2', '1,0', '1,2', '2,0', '2,1'])
    // Six standard deviations of a binomial count.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(6 * Math.sqrt(1000 * (5 / 6)))
  })
})
