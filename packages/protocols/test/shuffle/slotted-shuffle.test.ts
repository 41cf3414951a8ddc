import { randomStream } from '@hearsay/core'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import { describe, expect, test } from 'vitest'
import { coverage, replication, SlottedShuffle, type SlottedShuffleOptions } from '../../src/index.ts'

const PUBLISHED: SlottedShuffleOptions = { peers: 100, items: 500, cacheSize: 100, exchangeSize: 50, gapMax: 3 }

/** One peer holds item 0, and the caches are full. */
function begin(seed: number, options: Partial<SlottedShuffleOptions> = {}): SlottedShuffle {
  const random = randomStream(seed)
  const shuffle = new SlottedShuffle({ ...PUBLISHED, ...options }, random)
  shuffle.caches.insert(0, 0)
  shuffle.caches.fill(random, 1)
  return shuffle
}

function meanOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) }
}

describe('SlottedShuffle', () => {
  // Gast, Latella, Massink 2020, §6, N = 100, Gmax = 3: the means of 2000 runs of an independent simulation.
  test('replicates and covers as is known', () => {
    const known = [
      { slots: 100, runs: 100, replication: 0.0321, coverage: 0.1979 },
      { slots: 200, runs: 100, replication: 0.073, coverage: 0.5019 },
      { slots: 400, runs: 100, replication: 0.158, coverage: 0.9082 },
      { slots: 1000, runs: 20, replication: 0.1986, coverage: 1 },
    ]
    const measured = known.map(() => ({ replication: [] as number[], coverage: [] as number[] }))
    for (let seed = 0; seed < 100; seed++) {
      const shuffle = begin(seed)
      for (const [i, { slots, runs }] of known.entries()) {
        if (seed >= runs) break
        shuffle.run(slots - shuffle.slot)
        measured[i].replication.push(replication(shuffle.caches, 0))
        measured[i].coverage.push(coverage(shuffle.caches, 0))
      }
    }
    for (const [i, expected] of known.entries()) {
      for (const figure of ['replication', 'coverage'] as const) {
        const { mean, variance } = meanOf(measured[i][figure])
        const error = Math.sqrt(variance / expected.runs + variance / 2000)
        expect(Math.abs(mean - expected[figure])).toBeLessThan(4 * error + 1e-3)
      }
    }
  })

  test('makes as many exchanges as the slotted rule says', () => {
    const shuffle = begin(1, { peers: 1000 })
    shuffle.run(400)
    // A peer is active in 1 of 4 slots, its partner passive with 3/4, and neither is chosen by another with e^(−2/4).
    const expected = ((1000 * 400) / 4) * (3 / 4) * Math.exp(-2 / 4)
    expect(Math.abs(shuffle.exchanges / expected - 1)).toBeLessThan(0.03)
    expect(shuffle.slot).toBe(400)
  })

  test('loses no item and fills no cache beyond its size', () => {
    const shuffle = begin(2)
    shuffle.run(500)
    const { caches } = shuffle
    const held = new Set(Array.from({ length: 100 }, (_, peer) => caches.heldBy(peer)).flat())
    expect(held.size).toBe(500)
    for (let peer = 0; peer < 100; peer++) expect(caches.heldBy(peer)).toHaveLength(100)
  })

  test('where all are active at once nobody is passive, and nothing happens', () => {
    const shuffle = begin(3, { gapMax: 0 })
    shuffle.run(50)
    expect(shuffle.exchanges).toBe(0)
  })

  test('is the same run in one go, in pieces, and from what was saved', () => {
    const whole = begin(4)
    whole.run(60)
    const first = begin(4)
    first.run(25)
    const second = begin(99)
    const archive = new MemoryArchive()
    first.persist(archive)
    second.persist(archive.reader())
    for (const shuffle of [first, second]) {
      shuffle.run(35)
      expect(shuffle.caches.held).toEqual(whole.caches.held)
      expect(shuffle.caches.seen).toEqual(whole.caches.seen)
      expect([shuffle.slot, shuffle.exchanges]).toEqual([60, whole.exchanges])
    }
  })

  test.each([1, 2.5])('does not run with %d peers', (peers) => {
    expect(() => begin(1, { peers })).toThrow(expect.objectContaining({ code: 'PEERS' }))
  })

  test.each([-1, 0.5, 255])('has no gap of %d slots', (gapMax) => {
    expect(() => begin(1, { gapMax })).toThrow(expect.objectContaining({ code: 'SHUFFLE_GAP' }))
  })
})
