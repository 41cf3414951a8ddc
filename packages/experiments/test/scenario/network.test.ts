import { randomStream } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { buildNetwork } from '../../src/scenario/network/build-network.ts'
import type { NetworkOptions } from '../../src/scenario/network/network-options.ts'
import { QUIET } from './support.ts'

// Options say times in cycles, networks in milliseconds. A cycle is 2 s here.

const WORLD = { ...QUIET, periodMs: 2000, transferCycles: undefined }
const LOST = -1
const WORDS = 100
const DRAWS = 20_000

/** What each of many messages takes, one sent every `everyMs`. */
function delaysOf(network: Partial<NetworkOptions>, { words = WORDS, everyMs = 10 } = {}): number[] {
  const model = buildNetwork({ ...WORLD, ...network }, WORDS)
  const random = randomStream(5)
  return Array.from({ length: DRAWS }, (_, index) => model.transfer(random, 0, 1, words, index * everyMs))
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('a network takes', () => {
  test.each<[string, NetworkOptions['delay'], { min: number; mean: number; max: number }]>([
    ['as long as it is told', { kind: 'constant', cycles: 0.25 }, { min: 500, mean: 500, max: 500 }],
    ['anything between two times', { kind: 'uniform', min: 1, max: 3 }, { min: 2000, mean: 4000, max: 6000 }],
    ['about a time', { kind: 'normal', mean: 2, sd: 0.1 }, { min: 3000, mean: 4000, max: 5000 }],
    [
      'at least a time, and an exponential one on top',
      { kind: 'exponential', mean: 1.5, min: 1 },
      { min: 2000, mean: 3000, max: 20_000 },
    ],
    [
      'a lognormal time, whose mean is exp(σ²/2) medians',
      { kind: 'lognormal', median: 1, sigma: 0.5 },
      { min: 100, mean: 2000 * Math.exp(0.125), max: 40_000 },
    ],
  ])('%s', (_, delay, wanted) => {
    const delays = delaysOf({ delay })
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(wanted.min)
    expect(Math.min(...delays)).toBeLessThan(wanted.min + 0.3 * wanted.mean)
    expect(Math.max(...delays)).toBeLessThanOrEqual(wanted.max)
    expect(Math.abs(mean(delays) / wanted.mean - 1)).toBeLessThan(0.02)
  })

  test('up to a bound longer for messages that are held back', () => {
    const delays = delaysOf({ reorder: { probability: 0.25, cycles: 1 } })
    const late = delays.filter((delay) => delay > 0)
    expect(Math.abs(late.length / DRAWS - 0.25)).toBeLessThan(0.02)
    expect(Math.abs(mean(late) / 1000 - 1)).toBeLessThan(0.03)
    expect(Math.max(...late)).toBeLessThanOrEqual(2000)
  })

  test('its time for a whole model, and less for a part, by their bytes with headers', () => {
    const timeOf = (words: number, headerBytes?: number): number =>
      delaysOf({ transferCycles: 0.5, headerBytes }, { words })[0]
    expect(timeOf(WORDS)).toBeCloseTo(1000, 9)
    expect(timeOf(10, 0)).toBeCloseTo(100, 9)
    expect(timeOf(10)).toBeCloseTo((1000 * (64 + 40)) / (64 + 400), 9)
  })
})

describe('a network loses', () => {
  test.each([
    ['at random', 0.3, 1],
    ['in bursts', { rate: 0.3, cycles: 0.1 }, 20],
  ])('messages %s', (_, loss, lengthMin) => {
    const isLost = delaysOf({ loss }).map((delay) => delay === LOST)
    expect(Math.abs(mean(isLost.map(Number)) - 0.3)).toBeLessThan(0.03)
    const bursts = isLost.filter((lost, index) => lost && isLost[index - 1] !== true).length
    const length = (0.3 * DRAWS) / bursts
    // A burst of a tenth of a cycle takes twenty messages with it.
    expect(length).toBeGreaterThan(0.8 * lengthMin)
    expect(length).toBeLessThan(1.6 * lengthMin)
  })
})
