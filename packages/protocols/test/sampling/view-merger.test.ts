import { randomStream } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ViewMerger } from '../../src/sampling/view-merger.ts'

const SELF = 0
const CYCLE = 100

type Descriptor = readonly [peer: number, made: number]

/** Distinct peers, the freshest first, as views are. */
const views = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 60, max: 100 })), {
    selector: ([peer]) => peer,
    maxLength: 8,
  })
  .map((view) => view.toSorted((a, b) => b[1] - a[1]))
/** Anything: peers that repeat or are none, ages below 0 and far beyond all measure, in no order. */
const hostile = fc.array(
  fc.tuple(fc.oneof(fc.integer({ min: -3, max: 30 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), fc.integer()),
  { maxLength: 20 },
)

function merge(viewSize: number, view: readonly Descriptor[], received: readonly Descriptor[], seed = 1): Descriptor[] {
  const merger = new ViewMerger(viewSize)
  const words = Int32Array.from(view.flat().concat(Array(2 * viewSize).fill(0)))
  merger.begin(words, 0, view.length)
  merger.receive(Int32Array.from([9, 9, ...received.flat()]), 2, received.length, CYCLE, SELF)
  const size = merger.finish(randomStream(seed))
  return Array.from({ length: size }, (_, i) => [words[2 * i], words[2 * i + 1]])
}

/** As a message carries it: the age in cycles instead of the cycle. */
const sent = (view: readonly Descriptor[]): Descriptor[] => view.map(([peer, made]) => [peer, CYCLE - made])

/** The freshest descriptor of each peer in the view and in what counts of the received one. */
function freshest(viewSize: number, view: readonly Descriptor[], received: readonly Descriptor[]): Map<number, number> {
  const known = new Map(view)
  for (const [peer, age] of received.slice(0, viewSize + 1)) {
    const made = CYCLE - Math.min(Math.max(age, 0), 2 ** 30)
    if (peer > SELF) known.set(peer, Math.max(made, known.get(peer) ?? -(2 ** 31)))
  }
  return known
}

describe('ViewMerger', () => {
  test('keeps the freshest descriptors of both views, each peer once, the freshest first', () => {
    fc.assert(
      fc.property(views, fc.oneof(views.map(sent), hostile), fc.nat(), (view, received, seed) => {
        const viewSize = 8
        const known = freshest(viewSize, view, received)
        const merged = merge(viewSize, view, received, seed)
        const kept = new Map(merged)
        expect(kept.size).toBe(merged.length)
        expect(merged.length).toBe(Math.min(viewSize, known.size))
        for (const [peer, made] of merged) expect(made).toBe(known.get(peer))
        const cycles = merged.map(([, made]) => made)
        expect(cycles).toEqual(cycles.toSorted((a, b) => b - a))
        for (const [peer, made] of known) if (!kept.has(peer)) expect(made).toBeLessThanOrEqual(cycles.at(-1) ?? 0)
      }),
      { numRuns: 500 },
    )
  })

  test('never keeps the peer itself, nor what is no peer', () => {
    expect(
      merge(
        4,
        [],
        [
          [SELF, 0],
          [3, 5],
          [-1, 0],
          [-7, 0],
        ],
      ),
    ).toEqual([[3, 95]])
  })

  test('counts a negative age as 0, and lets no age turn round', () => {
    expect(
      merge(
        4,
        [],
        [
          [1, -5],
          [2, 1],
          [3, 2 ** 31 - 1],
        ],
      ),
    ).toEqual([
      [1, 100],
      [2, 99],
      [3, 100 - 2 ** 30],
    ])
  })

  test('ignores what exceeds a view and its sender', () => {
    expect(
      merge(
        2,
        [],
        [
          [1, 9],
          [2, 8],
          [3, 7],
          [4, 0],
        ],
      ),
    ).toEqual([
      [3, 93],
      [2, 92],
    ])
  })

  test('is as good for the largest views, used again and again', () => {
    const viewSize = 127
    const merger = new ViewMerger(viewSize)
    const words = new Int32Array(2 * viewSize)
    let size = 0
    for (let round = 0; round < 50; round++) {
      const received = Int32Array.from({ length: 256 }, (_, i) => (i % 2 === 0 ? 1 + round * 64 + i * 512 : 1))
      merger.begin(words, 0, size)
      merger.receive(received, 0, 128, round + 1, SELF)
      size = merger.finish(randomStream(round))
      const peers = new Set(Array.from({ length: size }, (_, i) => words[2 * i]))
      expect([size, peers.size]).toEqual([viewSize, viewSize])
    }
  })

  test('decides by coin between equally fresh descriptors, whatever the numbers of the peers', () => {
    for (const [own, other] of [
      [1, 2],
      [2, 1],
      [5, 517],
    ]) {
      let ours = 0
      for (let seed = 0; seed < 2000; seed++) {
        const [[kept]] = merge(1, [[own, 90]], [[other, 10]], seed)
        if (kept === own) ours++
      }
      expect(Math.abs(ours - 1000)).toBeLessThan(5 * Math.sqrt(500))
    }
  })
})
