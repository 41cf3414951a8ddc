import { type Random, RandomStreams, randomStream, UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { independentLoss } from '../../src/network/independent-loss.ts'
import { type IndependentNetworkOptions, independentNetwork } from '../../src/network/independent-network.ts'
import { LOST } from '../../src/network/network-model.ts'
import { draws, shareOf } from './support-network.ts'

const DRAWS = 20_000

function draw(options: IndependentNetworkOptions, random: Random = randomStream(1)): number[] {
  const network = independentNetwork(options)
  return Array.from({ length: DRAWS }, (_, i) => network.transfer(random, i % 7, i % 5, 57, i))
}

describe('loss', () => {
  test('is a share of the messages', () => {
    const delays = draw({ delay: { kind: 'uniform', minMs: 1, maxMs: 2 }, loss: 0.2 })
    expect(Math.abs(shareOf(delays, (delay) => delay === LOST) - 0.2)).toBeLessThan(0.015)
    expect(delays.filter((delay) => delay !== LOST && !(delay >= 1 && delay < 2))).toEqual([])
  })

  test('of 0 loses nothing, of 1 everything', () => {
    expect(draw({ delay: { kind: 'constant', ms: 3 }, loss: 0 })).not.toContain(LOST)
    expect(new Set(draw({ delay: { kind: 'constant', ms: 3 }, loss: 1 }))).toEqual(new Set([LOST]))
  })

  test('is a part of its own too, without delay', () => {
    const network = independentLoss(0.3)
    const delays = draws(DRAWS, (random) => network.transfer(random, 0, 1, 0, 0))
    expect(new Set(delays)).toEqual(new Set([0, LOST]))
    expect(Math.abs(shareOf(delays, (delay) => delay === LOST) - 0.3)).toBeLessThan(0.017)
  })

  test.each([-0.1, 1.1, Number.NaN])('of %d is refused', (loss) => {
    expect(() => independentNetwork({ delay: { kind: 'constant', ms: 1 }, loss })).toThrow(UsageError)
    expect(() => independentLoss(loss)).toThrow(UsageError)
  })
})

test('the minimum of the network is that of its delays', () => {
  expect(independentNetwork({ delay: { kind: 'uniform', minMs: 4, maxMs: 9 }, loss: 0.5 }).minimumDelayMs).toBe(4)
  expect(independentNetwork({ delay: { kind: 'exponential', meanMs: 9, minMs: 2 } }).minimumDelayMs).toBe(2)
})

test('only the stream that it is given is drawn from', () => {
  const options: IndependentNetworkOptions = { delay: { kind: 'normal', meanMs: 50, sdMs: 5 }, loss: 0.3 }
  const streams = new RandomStreams(2, 7)
  const network = independentNetwork(options)
  const interleaved: number[][] = [[], []]
  for (let i = 0; i < 100; i++) {
    const from = i % 3 === 0 ? 0 : 1
    interleaved[from].push(network.transfer(streams.at(from), from, 1 - from, 0, i))
  }
  for (const peer of [0, 1]) {
    const alone = draw(options, randomStream(7, peer))
    expect(interleaved[peer]).toEqual(alone.slice(0, interleaved[peer].length))
  }
})
