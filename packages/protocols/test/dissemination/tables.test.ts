import { NOBODY, randomStream, UsageError } from '@hearsay/core'
import { describePeerSampler } from '@hearsay/testkit/conformance'
import { describe, expect, test } from 'vitest'
import { GroupSampler } from '../../src/index.ts'
import { BoundedPeers } from '../../src/dissemination/bounded-peers.ts'
import { ConnectionGate } from '../../src/dissemination/connection-gate.ts'
import { IdRing } from '../../src/dissemination/id-ring.ts'
import { readPair, writePair } from '../../src/dissemination/word-pairs.ts'
import { drawing } from '../support.ts'
import { range } from './support.ts'

describe('BoundedPeers', () => {
  test('puts out members at random where it is full, the new one among them', () => {
    const random = randomStream(1)
    const kept = new Int32Array(6)
    for (let i = 0; i < 6000; i++) {
      const set = new BoundedPeers(1, 2, 'test')
      for (const peer of [3, 4, 5]) set.add(0, peer, 0, random)
      for (let member = 0; member < 2; member++) kept[set.member(0, member)]++
    }
    for (const peer of [3, 4, 5]) expect(Math.abs(kept[peer] / 6000 - 2 / 3)).toBeLessThan(0.03)
  })

  test('removes and counts down', () => {
    const set = new BoundedPeers(2, 3, 'test')
    for (const [peer, turns] of [
      [7, 1],
      [8, 0],
      [9, 2],
    ]) {
      set.append(1, peer, turns)
    }
    expect(set.append(1, 10, 0)).toBe(false)
    set.countDown(1)
    expect([set.size(1), set.indexOf(1, 8), set.number(1, set.indexOf(1, 9))]).toEqual([2, -1, 1])
    set.removeAt(1, set.indexOf(1, 7))
    expect([set.size(0), set.size(1), set.member(1, 0)]).toEqual([0, 1, 9])
  })
})

describe('IdRing', () => {
  test('remembers the last identifiers, the newest first', () => {
    const ring = new IdRing(2, 3)
    for (const id of [1, 2, 3, 4]) ring.add(1, id)
    expect(range(4).map((back) => ring.recent(1, back % 3))).toEqual([4, 3, 2, 4])
    expect([1, 2, 4].map((id) => ring.has(1, id))).toEqual([false, true, true])
    expect([ring.has(0, 4), ring.recent(0, 0)]).toEqual([false, 0])
    ring.clear(1)
    expect(ring.has(1, 4)).toBe(false)
    expect(() => new IdRing(1, 0)).toThrow(UsageError)
  })
})

describe('ConnectionGate', () => {
  test('accepts so many partners a cycle, each as often as it likes', () => {
    const gate = new ConnectionGate(2, 2, 100)
    const asked = [4, 5, 4, 6, 5].map((partner) => gate.accepts(1, partner, 250))
    expect(asked).toEqual([true, true, true, false, true])
    expect([gate.accepts(0, 6, 260), gate.accepts(1, 6, 299), gate.accepts(1, 6, 300)]).toEqual([true, false, true])
  })
})

describe('words', () => {
  test.each([0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 45 + 5, Number.MAX_SAFE_INTEGER])('carry %d', (value) => {
    const words = new Int32Array(2)
    writePair(words, 0, value)
    expect(readPair(words, 0)).toBe(value)
  })

  test('that carry no safe integer are refused', () => {
    expect([readPair(Int32Array.of(0, -1), 0), readPair(Int32Array.of(0, 0x200000), 0)]).toEqual([-1, -1])
  })
})

describe('GroupSampler', () => {
  test('stays within the group of the peer that asks', () => {
    const sampler = new GroupSampler(4)
    const drawn = new Set(range(200).map(() => sampler.selectPeer(drawing(1, 6))))
    const context = drawing(2, 6)
    for (let i = 0; i < 100; i++) drawn.add(sampler.selectPeer(context))
    expect([...drawn].sort()).toEqual([4, 5, 7])
    expect(new GroupSampler(1).selectPeer(drawing(1))).toBe(NOBODY)
    expect(() => new GroupSampler(0)).toThrow(UsageError)
  })
})

describePeerSampler('GroupSampler', (peers) => ({
  sampler: new GroupSampler(peers),
  known: (self) => range(peers).filter((peer) => peer !== self),
}))
