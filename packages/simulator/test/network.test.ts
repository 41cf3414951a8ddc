import { type Random, RandomStreams, randomStream, UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { type Delay, type IndependentNetworkOptions, independentNetwork, LOST } from '../src/index.ts'

const DRAWS = 20_000

function draw(options: IndependentNetworkOptions, random: Random = randomStream(1)): number[] {
  const network = independentNetwork(options)
  return Array.from({ length: DRAWS }, (_, i) => network.transfer(random, i % 7, i % 5, 57))
}

function moments(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) }
}

describe('delays', () => {
  test('that are constant are all the same', () => {
    expect(new Set(draw({ delay: { kind: 'constant', ms: 172.8 } }))).toEqual(new Set([172.8]))
  })

  test('that are uniform fill their range evenly', () => {
    const delays = draw({ delay: { kind: 'uniform', minMs: 900, maxMs: 1100 } })
    const { mean, sd } = moments(delays)
    // Five standard errors: 200/√12/√20000 = 0.41 for the mean, about 0.2 for the deviation.
    expect(Math.abs(mean - 1000)).toBeLessThan(2)
    expect(Math.abs(sd - 200 / Math.sqrt(12))).toBeLessThan(1)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(900)
    expect(Math.max(...delays)).toBeLessThan(1100)
    expect(Math.min(...delays)).toBeLessThan(901)
    expect(Math.max(...delays)).toBeGreaterThan(1099)
  })

  test('that are normal have their mean and deviation', () => {
    const { mean, sd } = moments(draw({ delay: { kind: 'normal', meanMs: 500, sdMs: 50 } }))
    expect(Math.abs(mean - 500)).toBeLessThan(1.8)
    expect(Math.abs(sd - 50)).toBeLessThan(1.3)
  })

  test('that are normal are cut off at 0', () => {
    const delays = draw({ delay: { kind: 'normal', meanMs: 0, sdMs: 10 } })
    expect(Math.min(...delays)).toBe(0)
    const atZero = delays.filter((delay) => delay === 0).length / DRAWS
    expect(Math.abs(atZero - 0.5)).toBeLessThan(0.02)
  })
})

describe('loss', () => {
  test('is a share of the messages', () => {
    const delays = draw({ delay: { kind: 'uniform', minMs: 1, maxMs: 2 }, loss: 0.2 })
    expect(Math.abs(delays.filter((delay) => delay === LOST).length / DRAWS - 0.2)).toBeLessThan(0.015)
    expect(delays.filter((delay) => delay !== LOST && !(delay >= 1 && delay < 2))).toEqual([])
  })

  test('of 0 loses nothing, of 1 everything', () => {
    expect(draw({ delay: { kind: 'constant', ms: 3 }, loss: 0 })).not.toContain(LOST)
    expect(new Set(draw({ delay: { kind: 'constant', ms: 3 }, loss: 1 }))).toEqual(new Set([LOST]))
  })
})

test('only the stream that it is given is drawn from', () => {
  const options: IndependentNetworkOptions = { delay: { kind: 'normal', meanMs: 50, sdMs: 5 }, loss: 0.3 }
  const streams = new RandomStreams(2, 7)
  const network = independentNetwork(options)
  const interleaved: number[][] = [[], []]
  for (let i = 0; i < 100; i++) {
    const from = i % 3 === 0 ? 0 : 1
    interleaved[from].push(network.transfer(streams.at(from), from, 1 - from, 0))
  }
  for (const peer of [0, 1]) {
    const alone = draw(options, randomStream(7, peer))
    expect(interleaved[peer]).toEqual(alone.slice(0, interleaved[peer].length))
  }
})

describe('numbers out of range are refused', () => {
  test.each<Delay>([
    { kind: 'constant', ms: -1 },
    { kind: 'constant', ms: Number.NaN },
    { kind: 'constant', ms: Number.POSITIVE_INFINITY },
    { kind: 'uniform', minMs: 2, maxMs: 1 },
    { kind: 'uniform', minMs: -1, maxMs: 1 },
    { kind: 'uniform', minMs: 0, maxMs: Number.NaN },
    { kind: 'normal', meanMs: -1, sdMs: 1 },
    { kind: 'normal', meanMs: 1, sdMs: -1 },
    { kind: 'normal', meanMs: 1, sdMs: Number.NaN },
  ])('delay %j', (delay) => {
    expect(() => independentNetwork({ delay })).toThrow(UsageError)
  })

  test.each([-0.1, 1.1, Number.NaN])('loss %d', (loss) => {
    expect(() => independentNetwork({ delay: { kind: 'constant', ms: 1 }, loss })).toThrow(UsageError)
  })
})
