import type { Context, PeerSampler } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import { independentNetwork, Simulation } from '../src/index.ts'
import { PushPullAveraging } from './push-pull-averaging.ts'

const PEERS = 2000
const PERIOD_MS = 1000

/** Any of the others, uniformly. */
const sampler: PeerSampler = {
  selectPeer: ({ self, random }: Context) => (self + 1 + random.below(PEERS - 1)) % PEERS,
}

interface Averaging {
  readonly simulation: Simulation
  readonly estimates: Float64Array
}

/** Peers that hold 0, 1, 2 … at first; exchanges overlap, since a message takes up to a tenth of a cycle. */
function averaging(seed: number, loss: number, maxMs = PERIOD_MS / 10): Averaging {
  const estimates = Float64Array.from({ length: PEERS }, (_, peer) => peer)
  const protocol = new PushPullAveraging(estimates, sampler, PERIOD_MS)
  const network = independentNetwork({ delay: { kind: 'uniform', minMs: 0, maxMs }, loss })
  const simulation = new Simulation({ peers: PEERS, seed, kernels: createKernels(), protocols: [protocol], network })
  return { simulation, estimates }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function variance(values: Float64Array): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

describe("a user's own protocol: push–pull averaging", () => {
  test('lets the variance fall by about 1/(2√e) a cycle (Jelasity, Montresor, Babaoglu 2005, §3)', () => {
    const { simulation, estimates } = averaging(1, 0, 0)
    const before = variance(estimates)
    const cycles = 20
    simulation.run(cycles * PERIOD_MS)
    const factor = (variance(estimates) / before) ** (1 / cycles)
    // 0.3033 where the order of the peers is drawn anew each cycle; phases are fixed here, which gives 0.294.
    expect(factor).toBeGreaterThan(0.27)
    expect(factor).toBeLessThan(0.32)
  })

  test('conserves mass, also when exchanges overlap', () => {
    const { simulation, estimates } = averaging(2, 0)
    const before = mean(estimates)
    simulation.run(50 * PERIOD_MS)
    // What is in flight when the run ends has reached one side only.
    expect(Math.abs(mean(estimates) - before)).toBeLessThan(1e-6)
    expect(variance(estimates)).toBeLessThan(1e-6)
  })

  test('does not conserve it when messages are lost', () => {
    const shifts = [1, 2, 3].map((seed) => {
      const { simulation, estimates } = averaging(seed, 0.2)
      const before = mean(estimates)
      simulation.run(50 * PERIOD_MS)
      expect(variance(estimates)).toBeLessThan(1e-6)
      return Math.abs(mean(estimates) - before)
    })
    expect(Math.max(...shifts)).toBeGreaterThan(1)
  })
})
