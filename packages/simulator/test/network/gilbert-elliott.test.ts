import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type GilbertElliottOptions,
  gilbertElliottLoss,
  gilbertElliottLossRate,
  type SteppedChain,
  type TimedChain,
} from '../../src/network/gilbert-elliott.ts'
import { LOST } from '../../src/network/network-model.ts'
import { transplant } from '../support-archive.ts'
import { shareOf } from './support-network.ts'

const timed: TimedChain = { kind: 'timed', meanGoodMs: 900, meanBadMs: 100 }
const stepped: SteppedChain = { kind: 'stepped', toBad: 0.02, toGood: 0.2 }

/** Whether each of a peer's messages, `gapMs` apart, is lost. */
function losses(options: GilbertElliottOptions, count: number, gapMs: number, seed = 1, to = 1): boolean[] {
  const network = gilbertElliottLoss(options)
  const random = randomStream(seed)
  return Array.from({ length: count }, (_, i) => network.transfer(random, 0, to, 0, i * gapMs) === LOST)
}

/** The lengths of runs of losses. */
function bursts(lost: readonly boolean[]): number[] {
  return lost
    .map((isLost) => (isLost ? 'x' : ' '))
    .join('')
    .split(/ +/)
    .filter((run) => run !== '')
    .map((run) => run.length)
}

describe('the share of lost messages', () => {
  test.each<[string, Omit<GilbertElliottOptions, 'peers'>, number]>([
    ['a timed chain', { chain: timed }, 0.1],
    ['a stepped chain', { chain: stepped }, 0.02 / 0.22],
    ["Elliott's chain", { chain: timed, lossGood: 0.01, lossBad: 0.5 }, 0.01 * 0.9 + 0.5 * 0.1],
  ])('of %s is its stationary loss', (_, options, rate) => {
    expect(gilbertElliottLossRate(options)).toBeCloseTo(rate, 12)
    const lost = losses({ peers: 1, ...options }, 200_000, 50)
    // Losses come in bursts of about ten messages: the standard error is that of 20 000 independent ones or so.
    expect(Math.abs(shareOf(lost, Boolean) - rate)).toBeLessThan(0.012)
  })

  test('is stationary from the first message on', () => {
    const first = Array.from({ length: 5000 }, (_, seed) => losses({ peers: 1, chain: stepped }, 1, 0, seed)[0])
    expect(Math.abs(shareOf(first, Boolean) - 0.02 / 0.22)).toBeLessThan(0.021)
  })
})

describe('bursts', () => {
  test('of a stepped chain have a mean length of 1 / toGood', () => {
    const lengths = bursts(losses({ peers: 1, chain: stepped }, 200_000, 1))
    expect(Math.abs(lengths.reduce((sum, length) => sum + length, 0) / lengths.length - 5)).toBeLessThan(0.4)
  })

  test('of a timed chain last for a time, however many messages meet them', () => {
    const [sparse, dense] = [10, 1].map((gapMs) => {
      const lengths = bursts(losses({ peers: 1, chain: timed }, 1_000_000 / gapMs, gapMs))
      return (lengths.reduce((sum, length) => sum + length, 0) / lengths.length) * gapMs
    })
    expect(Math.abs(dense - 100)).toBeLessThan(18)
    expect(Math.abs(sparse - 105)).toBeLessThan(19)
  })

  test('are over when a chain has not been looked at for long', () => {
    const lengths = bursts(losses({ peers: 1, chain: timed }, 50_000, 1e6))
    // Independent losses: runs of them have a mean length of 1 / 0.9.
    expect(Math.abs(lengths.reduce((sum, length) => sum + length, 0) / lengths.length - 1 / 0.9)).toBeLessThan(0.03)
  })

  test('hit all links of a peer with one chain, and links apart with many', () => {
    const together = (chainsPerPeer: number): number => {
      const network = gilbertElliottLoss({ peers: 1, chain: timed, chainsPerPeer })
      const random = randomStream(1)
      const both = Array.from({ length: 20_000 }, (_, i) =>
        [1, 2].map((to) => network.transfer(random, 0, to, 0, i * 1000) === LOST),
      )
      return shareOf(both, ([a, b]) => a && b)
    }
    expect(together(1)).toBeGreaterThan(0.085)
    expect(together(64)).toBeLessThan(0.02)
  })
})

test('peers have chains of their own: what others send changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.constantFrom(timed, stepped), (others, chain) => {
      const network = gilbertElliottLoss({ peers: 2, chain, chainsPerPeer: 3 })
      const [own, foreign] = [randomStream(1), randomStream(2)]
      const seen: boolean[] = []
      for (const [i, isOther] of others.entries()) {
        if (isOther) network.transfer(foreign, 1, 0, 0, i)
        else seen.push(network.transfer(own, 0, 1, 0, i) === LOST)
      }
      const alone = gilbertElliottLoss({ peers: 2, chain, chainsPerPeer: 3 })
      const again = randomStream(1)
      const times = others.flatMap((isOther, i) => (isOther ? [] : [i]))
      expect(times.map((i) => alone.transfer(again, 0, 1, 0, i) === LOST)).toEqual(seen)
    }),
  )
})

test.each([timed, stepped])('a saved chain goes on as it would have: %j', (chain) => {
  const options: GilbertElliottOptions = { peers: 3, chain, lossBad: 0.9, chainsPerPeer: 2 }
  const [original, restored] = [gilbertElliottLoss(options), gilbertElliottLoss(options)]
  const random = randomStream(1)
  for (let i = 0; i < 200; i++) original.transfer(random, i % 3, i % 7, 0, i)
  transplant(original, restored)
  const [a, b] = [randomStream(2), randomStream(2)]
  for (let i = 200; i < 400; i++) {
    expect(restored.transfer(b, i % 3, i % 7, 0, i)).toBe(original.transfer(a, i % 3, i % 7, 0, i))
  }
})

test.each<Partial<GilbertElliottOptions>>([
  { peers: 0 },
  { lossGood: -0.1 },
  { lossBad: 1.1 },
  { chainsPerPeer: 0 },
  { chain: { ...timed, meanGoodMs: 0 } },
  { chain: { ...timed, meanBadMs: Number.NaN } },
  { chain: { ...stepped, toBad: 0 } },
  { chain: { ...stepped, toGood: 1.5 } },
])('%j is refused', (options) => {
  expect(() => gilbertElliottLoss({ peers: 1, chain: timed, ...options })).toThrow(UsageError)
})
