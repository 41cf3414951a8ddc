import { UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import {
  Counting,
  Extrema,
  Moments,
  PushPullAveraging,
  PushSum,
  Quantiles,
  TopK,
  trimmedMean,
} from '../../src/aggregation/index.ts'
import { Simulation } from '@hearsay/simulator'
import { host, mean, network, parts, PERIOD_MS, range, uniformValues, variance } from './support.ts'

const PEERS = 300
const AFTER_AN_EPOCH = 31.5 * PERIOD_MS
/** Peers see the same, to this. */
const CLOSE = 1e-4
const values = uniformValues(PEERS, 8)
const witnesses = [0, 17, 299]

describe('Moments', () => {
  test('says mean and population variance', () => {
    const { kernels, ...rest } = parts(PEERS)
    const moments = new Moments({ ...rest, values, range: { min: 0, max: 1 } })
    const simulation = host(moments, kernels, { peers: PEERS, network: network(0.02) })
    expect([moments.mean(0), moments.variance(0)]).toEqual([Number.NaN, Number.NaN])
    simulation.run(AFTER_AN_EPOCH)
    for (const peer of witnesses) {
      expect(Math.abs(moments.mean(peer) - mean(values))).toBeLessThan(CLOSE)
      expect(Math.abs(moments.variance(peer) - (variance(values) * (PEERS - 1)) / PEERS)).toBeLessThan(CLOSE)
    }
  })

  test('keeps its digits where the values are far from 0 and the origin is near them', () => {
    const far = 1e9
    const spread = (origin: number): number => {
      const { kernels, ...rest } = parts(50)
      const moments = new Moments({ ...rest, values: range(50).map((i) => far + (i % 2)), origin })
      host(moments, kernels, { peers: 50 }).run(AFTER_AN_EPOCH)
      expect(moments.variance(3)).toBeGreaterThanOrEqual(0)
      return Math.abs(moments.variance(3) - 0.25)
    }
    expect(spread(far)).toBeLessThan(1e-6)
    expect(spread(0)).toBeGreaterThan(1e-3)
  })

  test('is refused with an origin that is not finite, and takes no value whose square is not', () => {
    const { kernels: _kernels, ...rest } = parts(2)
    expect(() => new Moments({ ...rest, origin: Number.NaN })).toThrow(UsageError)
    expect(() => new Moments(rest).setValue(0, 1e200)).toThrow(UsageError)
  })
})

describe('Quantiles', () => {
  const thresholds = range(21).map((i) => i / 20)
  const { kernels, ...rest } = parts(PEERS)
  const quantiles = new Quantiles({ ...rest, values, thresholds })
  const simulation = host(quantiles, kernels, { peers: PEERS, network: network(0.02) })

  test('says the distribution at the thresholds, and quantiles to the distance of two of them', () => {
    expect(quantiles.quantile(0, 0.5)).toBeNaN()
    simulation.run(AFTER_AN_EPOCH)
    const sorted = values.toSorted()
    for (const peer of witnesses) {
      for (const [i, threshold] of thresholds.entries()) {
        const share = values.filter((value) => value <= threshold).length / PEERS
        expect(Math.abs(quantiles.share(peer, i) - share)).toBeLessThan(CLOSE)
      }
      for (const q of [0.1, 0.25, 0.5, 0.9]) {
        expect(Math.abs(quantiles.quantile(peer, q) - sorted[Math.floor(q * PEERS)])).toBeLessThan(0.05)
      }
      expect([quantiles.quantile(peer, 0), quantiles.quantile(peer, 1)]).toEqual([0, expect.closeTo(1, 1)])
    }
  })

  test('is refused without two increasing thresholds, and with a quantile that is none', () => {
    for (const wrong of [[], [1], [1, 1], [2, 1], [0, Number.NaN]]) {
      expect(() => new Quantiles({ ...parts(2), thresholds: wrong })).toThrow(UsageError)
    }
    expect(() => quantiles.quantile(0, 1.5)).toThrow(UsageError)
  })
})

describe('PushSum (Kempe, Dobra, Gehrke, FOCS 2003)', () => {
  test('says the mean, also where a fifth of the messages is lost', () => {
    for (const [loss, tolerance] of [
      [0, CLOSE],
      [0.2, 0.05],
    ]) {
      const { kernels, ...rest } = parts(PEERS)
      const pushSum = new PushSum({ ...rest, values, epochCycles: 40 })
      host(pushSum, kernels, { peers: PEERS, network: network(0.02, loss) }).run(41.5 * PERIOD_MS)
      for (const peer of witnesses) expect(Math.abs(pushSum.result(peer) - mean(values))).toBeLessThan(tolerance)
    }
  })

  test('says the sum, where one peer alone has a weight', () => {
    const { kernels, ...rest } = parts(PEERS)
    const weights = range(PEERS).map((peer) => (peer === 5 ? 1 : 0))
    const pushSum = new PushSum({ ...rest, values, weights, epochCycles: 60 })
    const simulation = host(pushSum, kernels, { peers: PEERS })
    simulation.run(1)
    expect(pushSum.estimate(0)).toBe(Number.POSITIVE_INFINITY)
    simulation.run(61.5 * PERIOD_MS)
    const total = mean(values) * PEERS
    for (const peer of witnesses) expect(Math.abs(pushSum.result(peer) / total - 1)).toBeLessThan(0.001)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('is refused with a weight of %s', (weight) => {
    expect(() => new PushSum({ ...parts(1), weights: [weight] })).toThrow(UsageError)
  })
})

describe('Extrema', () => {
  test('says minimum and maximum exactly, whatever is lost, and forgets them with the epoch', () => {
    const { kernels, ...rest } = parts(PEERS)
    const extrema = new Extrema({ ...rest, values })
    const simulation = host(extrema, kernels, { peers: PEERS, network: network(0.5, 0.3) })
    simulation.run(AFTER_AN_EPOCH)
    for (const peer of range(PEERS))
      expect([extrema.min(peer), extrema.max(peer)]).toEqual([Math.min(...values), Math.max(...values)])
    for (const peer of range(PEERS)) extrema.setValue(peer, 0.5)
    simulation.run(AFTER_AN_EPOCH + 61 * PERIOD_MS)
    for (const peer of range(PEERS)) expect([extrema.min(peer), extrema.max(peer)]).toEqual([0.5, 0.5])
  })

  test('all know the maximum after about log₃N + log₂ln N cycles', () => {
    const { kernels, ...rest } = parts(3000)
    const extrema = new Extrema({ ...rest, values: uniformValues(3000) })
    const simulation = host(extrema, kernels, { peers: 3000 })
    const maximum = Math.max(...uniformValues(3000))
    let cycles = 0
    while (range(3000).some((peer) => extrema.estimatedMax(peer) !== maximum)) simulation.run(++cycles * PERIOD_MS)
    expect(cycles).toBeLessThan(Math.log(3000) / Math.log(3) + Math.log2(Math.log(3000)) + 2)
    expect(cycles).toBeGreaterThan(4)
  })
})

describe('TopK', () => {
  const ids = range(PEERS).map((peer) => 1000 + peer)

  test('says the k largest values and whose they are, of equal ones the smaller ids', () => {
    const { kernels, ...rest } = parts(PEERS)
    const rounded = values.map((value) => Math.round(20 * value))
    const top = new TopK({ ...rest, k: 25, ids, values: rounded })
    const simulation = host(top, kernels, { peers: PEERS, network: network(0.5, 0.1) })
    expect(top.result(0)).toEqual([])
    simulation.run(AFTER_AN_EPOCH)
    const all = ids.map((id, peer) => ({ id, value: rounded[peer] }))
    const expected = all.toSorted((a, b) => b.value - a.value || a.id - b.id).slice(0, 25)
    for (const peer of range(PEERS)) expect(top.result(peer)).toEqual(expected)
  })

  test('a list is shorter where there are fewer peers than k', () => {
    const { kernels, ...rest } = parts(3)
    const top = new TopK({ ...rest, k: 5, ids: [7, 8, 9], values: [1, 3, 2] })
    host(top, kernels, { peers: 3 }).run(AFTER_AN_EPOCH)
    expect(top.result(0).map(({ id }) => id)).toEqual([8, 9, 7])
  })

  test.each([{ k: 0 }, { k: 256 }, { ids: [-1, 2] }, { ids: [0.5, 2] }, { ids: [1] }])(
    'is refused with %o',
    (options) => {
      expect(() => new TopK({ ...parts(2), k: 2, ids: [1, 2], ...options })).toThrow(UsageError)
    },
  )
})

describe('aggregates of aggregates', () => {
  test('the sum is the mean times the size; instances that draw their own partners combine by a trimmed mean', () => {
    const { kernels, ...rest } = parts(PEERS)
    const counting = new Counting(rest)
    const instances = range(6).map(() => new PushPullAveraging({ ...rest, values }))
    const protocols = [counting, ...instances]
    const lossy = network(0.02, 0.05)
    new Simulation({ peers: PEERS, seed: 4, kernels, protocols, network: lossy }).run(AFTER_AN_EPOCH)
    const results = instances.map((averaging) => averaging.result(9))
    expect(new Set(results).size).toBe(6)
    const sum = trimmedMean(results) * counting.result(9)
    expect(Math.abs(sum / (mean(values) * PEERS) - 1)).toBeLessThan(0.1)
  })
})
