import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOST } from '../../src/network/network-model.ts'
import {
  oneWayReachability,
  type ReachabilityNetwork,
  type ReachabilityOptions,
} from '../../src/network/reachability.ts'
import { transplant } from '../support-archive.ts'
import { send } from './support-network.ts'

const options: ReachabilityOptions = { peers: 100, seed: 1, share: 0.5, timeoutMs: 1000, bindingsMax: 3 }

/** Peers that everyone can reach, and the others. */
function kinds(network: ReachabilityNetwork): { open: number[]; hidden: number[] } {
  const peers = Array.from({ length: 100 }, (_, peer) => peer)
  return {
    open: peers.filter((peer) => network.isPublic(peer)),
    hidden: peers.filter((peer) => !network.isPublic(peer)),
  }
}

describe('peers behind translators', () => {
  test('are exactly the share', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (share, seed) => {
        expect(kinds(oneWayReachability({ ...options, share, seed })).hidden).toHaveLength(Math.round(share * 100))
      }),
    )
  })

  test('receive only from whom they have sent to within the timeout', () => {
    const network = oneWayReachability(options)
    const { open, hidden } = kinds(network)
    const [a, other, inside] = [open[0], open[1], hidden[0]]
    expect(send(network, { from: a, to: inside, nowMs: 0 })).toBe(LOST)
    expect(send(network, { from: inside, to: a, nowMs: 0 })).toBe(0)
    expect(send(network, { from: a, to: inside, nowMs: 1000 })).toBe(0)
    expect(send(network, { from: a, to: inside, nowMs: 1001 })).toBe(LOST)
    expect(send(network, { from: other, to: inside, nowMs: 1 })).toBe(LOST)
    // What comes in does not keep the way open; what goes out does.
    send(network, { from: inside, to: a, nowMs: 1500 })
    expect(send(network, { from: a, to: inside, nowMs: 2500 })).toBe(0)
  })

  test('reach everyone else, whom others reach too', () => {
    const network = oneWayReachability(options)
    const { open, hidden } = kinds(network)
    for (const from of [open[0], hidden[0]]) expect(send(network, { from, to: open[1] })).toBe(0)
  })

  test('reach each other after both have sent', () => {
    const network = oneWayReachability(options)
    const [a, b] = kinds(network).hidden
    expect(send(network, { from: a, to: b })).toBe(LOST)
    expect(send(network, { from: b, to: a })).toBe(0)
    expect(send(network, { from: a, to: b })).toBe(0)
  })

  test('forget whom they sent to the longest time ago', () => {
    const network = oneWayReachability(options)
    const { open, hidden } = kinds(network)
    for (const [i, to] of [open[0], open[1], open[2], open[0], open[3]].entries()) {
      send(network, { from: hidden[0], to, nowMs: i })
    }
    const reaching = open.slice(0, 4).map((from) => send(network, { from, to: hidden[0], nowMs: 5 }))
    expect(reaching).toEqual([0, LOST, 0, 0])
  })

  test('remember what a model of sets of partners remembers', () => {
    const step = fc.record({ from: fc.nat({ max: 5 }), to: fc.nat({ max: 5 }), gapMs: fc.nat({ max: 600 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const network = oneWayReachability({ ...options, peers: 6, bindingsMax: 8 })
        const sentAt = new Map<string, number>()
        let nowMs = 0
        for (const { from, to, gapMs } of steps) {
          nowMs += gapMs
          sentAt.set(`${from} ${to}`, nowMs)
          const isOpen = network.isPublic(to) || nowMs - (sentAt.get(`${to} ${from}`) ?? -Infinity) <= 1000
          expect(send(network, { from, to, nowMs })).toBe(isOpen ? 0 : LOST)
        }
      }),
    )
  })

  test('still know whom they sent to after a checkpoint', () => {
    const [original, restored] = [oneWayReachability(options), oneWayReachability(options)]
    const { open, hidden } = kinds(original)
    original.transfer(randomStream(1), hidden[0], open[0], 0, 100)
    transplant(original, restored)
    expect(send(restored, { from: open[0], to: hidden[0], nowMs: 1100 })).toBe(0)
    expect(send(restored, { from: open[0], to: hidden[0], nowMs: 1101 })).toBe(LOST)
  })

  test.each<Partial<ReachabilityOptions>>([
    { peers: 0 },
    { share: -1 },
    { timeoutMs: 0 },
    { bindingsMax: 0 },
    { seed: -1 },
  ])('%j is refused', (wrong) => {
    expect(() => oneWayReachability({ ...options, ...wrong })).toThrow(UsageError)
  })
})
