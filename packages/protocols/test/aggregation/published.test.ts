import { LOST, type NetworkModel } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'
import { Counting, PushPullAveraging, type PushPullAveragingOptions, PushSum } from '../../src/aggregation/index.ts'
import {
  host,
  mean,
  network,
  outages,
  parts,
  PERIOD_MS,
  range,
  type Scenario,
  uniformValues,
  variance,
} from './support.ts'

/** ρ: the factor by which the variance of the estimates falls in a cycle, over so many cycles. */
function convergence(
  peers: number,
  cycles: number,
  options: Partial<PushPullAveragingOptions> = {},
  scenario: Partial<Scenario> = {},
) {
  const { kernels, ...rest } = parts(peers)
  const averaging = new PushPullAveraging({ ...rest, values: uniformValues(peers), ...options })
  const simulation = host(averaging, kernels, { peers, ...scenario })
  const estimates = (): number[] => range(peers).map((peer) => averaging.estimate(peer))
  simulation.run(1)
  const before = estimates()
  simulation.run(cycles * PERIOD_MS)
  const rho = (variance(estimates()) / variance(before)) ** (1 / cycles)
  return { rho, shift: Math.abs(mean(estimates()) - mean(before)) }
}

describe('averaging (Jelasity, Montresor, Babaoglu, TOCS 2005)', () => {
  test('ρ = 1/(2√e) = 0.3033 a cycle with 10⁵ peers, in an order that is reshuffled in each cycle (§3.2)', () => {
    expect(Math.abs(convergence(100_000, 3).rho - 1 / (2 * Math.sqrt(Math.E)))).toBeLessThan(0.005)
  })

  test('ρ = 0.294 in a fixed order', () => {
    expect(Math.abs(convergence(5000, 20, { order: 'fixed' }).rho - 0.294)).toBeLessThan(0.005)
  })

  test('the form that replies with the value loses mass where exchanges overlap, the other does not', () => {
    const overlapping = { network: network(0.3) }
    expect(convergence(1000, 29, {}, overlapping).shift).toBeLessThan(1e-6)
    expect(convergence(1000, 29, { form: 'value' }, overlapping).shift).toBeGreaterThan(1e-4)
  })

  test.each([0.3, 0.6])(
    'links that fail with probability %d only slow it down: ρ < e^(P − 1), mass stays (§6.2)',
    (failure) => {
      const { rho, shift } = convergence(1000, 20, {}, { network: failingLinks(failure) })
      expect(shift).toBeLessThan(1e-9)
      expect(rho).toBeLessThan(Math.exp(failure - 1))
      expect(rho).toBeGreaterThan(0.33)
    },
  )
})

/** In each cycle each pair of peers has no link with probability `failure`: push and reply are lost together. */
function failingLinks(failure: number): NetworkModel {
  return {
    transfer: (_random, from, to, _length, now) => {
      const [low, high] = from < to ? [from, to] : [to, from]
      let hash =
        Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b) ^ Math.imul(Math.floor(now / PERIOD_MS), 0xc2b2ae35)
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
      return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32 < failure ? LOST : 0
    },
  }
}

const RHO = 0.3033

/** The instances' estimates of 1/N at one peer, relative to the truth, after an epoch of COUNT. */
function countAfter(size: number, instances: number, scenario: Scenario, witness: number) {
  const { kernels, ...rest } = parts(scenario.peers)
  const counting = new Counting({ ...rest, instances })
  host(counting, kernels, scenario).run(29.9 * PERIOD_MS)
  const relative = counting.estimates(witness).map((estimate) => size / estimate)
  return { relative, combined: counting.estimate(witness) / size, spread: Math.sqrt(variance(relative)) }
}

describe('COUNT (Jelasity, Montresor, Babaoglu, TOCS 2005)', () => {
  test('says the size of the network to within a thousandth after an epoch of 30 cycles (§5.1)', () => {
    const { relative, combined } = countAfter(1000, 20, { peers: 1000 }, 3)
    expect(relative).toHaveLength(20)
    for (const estimate of relative) expect(Math.abs(estimate - 1)).toBeLessThan(1e-3)
    expect(Math.abs(combined - 1)).toBeLessThan(1e-3)
  })

  test('half the peers die at once in cycle 8: the spread is what the variance left by then implies (§7.1)', () => {
    const availability = outages((peer) => (peer % 2 === 0 ? [[8 * PERIOD_MS, Number.POSITIVE_INFINITY]] : []))
    const { combined, spread, relative } = countAfter(1500, 50, { peers: 1500, availability }, 1)
    // Of 1/N, with relative variance N·ρ⁸ over peers, a half is removed at random: sd = √(ρ⁸ · P/(1 − P)), whatever N.
    const predicted = RHO ** 4
    expect(spread / predicted).toBeGreaterThan(0.6)
    expect(spread / predicted).toBeLessThan(1.6)
    expect(Math.abs(mean(relative) - 1)).toBeLessThan(4 * predicted)
    expect(Math.abs(combined - 1)).toBeLessThan(2 * predicted)
  })

  test('three quarters of the peers are substituted over an epoch (§6.1, §7.1)', () => {
    const [size, leaving] = [1500, 1125]
    const momentOf = (turn: number): number => (turn / leaving) * 30 * PERIOD_MS
    const availability = outages((peer) => {
      if (peer >= size) return [[0, momentOf(peer - size)]]
      return peer < leaving ? [[momentOf(peer), Number.POSITIVE_INFINITY]] : []
    })
    const { spread, combined } = countAfter(size, 50, { peers: size + leaving, availability }, size - 1)
    // The theorem of §6.1 with P = 2.5 % a cycle: Var = P/(1 − P) / (1 − ρ/(1 − P)).
    const predicted = Math.sqrt(0.025 / 0.975 / (1 - RHO / 0.975))
    expect(spread / predicted).toBeGreaterThan(0.5)
    expect(spread / predicted).toBeLessThan(1.6)
    expect(Math.abs(combined - 1)).toBeLessThan(0.1)
  })

  test.each([0.1, 0.2])('a loss of %d of the messages spoils an instance, not 50 trimmed ones (§7.2, §7.3)', (loss) => {
    const { spread, combined } = countAfter(1000, 50, { peers: 1000, network: network(0.01, loss) }, 3)
    expect(spread).toBeGreaterThan(0.1)
    expect(Math.abs(combined - 1)).toBeLessThan(0.1)
  })
})

describe('push-sum (Kempe, Dobra, Gehrke, FOCS 2003)', () => {
  test('in synchronous rounds the potential falls by 1/2 − 1/(2n) a round (§2, the lemma on the drop of Φ)', () => {
    const peers = 3000
    const { kernels, ...rest } = parts(peers)
    const values = uniformValues(peers)
    const pushSum = new PushSum({ ...rest, values })
    // What is sent in a round arrives as the next one begins.
    const rounds: NetworkModel = { transfer: (_random, _from, _to, _length, now) => PERIOD_MS - (now % PERIOD_MS) }
    const simulation = host(pushSum, kernels, { peers, network: rounds })
    const truth = mean(values)
    // With independent values, the expectation of Φ times their variance.
    const potential = (): number =>
      range(peers).reduce((sum, peer) => sum + (pushSum.sum(peer) - truth * pushSum.weight(peer)) ** 2, 0)
    simulation.run(PERIOD_MS + 1)
    const before = potential()
    simulation.run(13 * PERIOD_MS + 1)
    expect(Math.abs((potential() / before) ** (1 / 12) - 0.5)).toBeLessThan(0.01)
  })

  test('its error falls more slowly than that of push–pull averaging', () => {
    const peers = 3000
    const { kernels, ...rest } = parts(peers)
    const pushSum = new PushSum({ ...rest, values: uniformValues(peers) })
    const simulation = host(pushSum, kernels, { peers })
    const spread = (): number => variance(range(peers).map((peer) => pushSum.estimate(peer)))
    simulation.run(5 * PERIOD_MS)
    const before = spread()
    simulation.run(20 * PERIOD_MS)
    const rho = (spread() / before) ** (1 / 15)
    expect(rho).toBeGreaterThan(0.4)
    expect(rho).toBeLessThan(0.5)
  })
})
