import { type Guard, type Protocol, type Random, randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { type Availability, independentNetwork, type NetworkModel, Simulation } from '@hearsay/simulator'
import { UniformSampler } from '../../src/uniform-sampler.ts'

/** Δ of the tests: long enough that few exchanges fall into the same millisecond. */
export const PERIOD_MS = 10_000

export interface Scenario {
  readonly peers: number
  readonly seed?: number
  readonly network?: NetworkModel
  readonly availability?: Availability
  readonly guard?: Guard
}

/** Messages that arrive in the millisecond in which they are sent. */
const instant: NetworkModel = independentNetwork({ delay: { kind: 'constant', ms: 0 } })

/** Messages that take up to a share of a cycle, of which some are lost. */
export function network(delayMax: number, loss = 0): NetworkModel {
  return independentNetwork({ delay: { kind: 'uniform', minMs: 0, maxMs: delayMax * PERIOD_MS }, loss })
}

/** What protocols of a scenario are built with. */
export function parts(peers: number) {
  const kernels = createKernels({ backend: 'javascript' })
  return { kernels, memory: kernels.memory, peers, periodMs: PERIOD_MS, sampler: new UniformSampler(peers) }
}

/** A simulation of one protocol. */
export function host(protocol: Protocol, kernels: Kernels, scenario: Scenario): Simulation {
  const { peers, seed = 1, guard, availability } = scenario
  return new Simulation({
    peers,
    seed,
    kernels,
    protocols: [guard === undefined ? protocol : { protocol, guard }],
    network: scenario.network ?? instant,
    ...(availability === undefined ? {} : { availability }),
  })
}

export const range = (length: number): number[] => Array.from({ length }, (_, i) => i)

/** Independent uniform values in [0, 1). */
export function uniformValues(peers: number, seed = 5): Float64Array {
  const random = randomStream(seed)
  return Float64Array.from({ length: peers }, () => random.float64())
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
}

/** The variance of a sample. */
export function variance(values: ArrayLike<number>): number {
  const centre = mean(values)
  return Array.from(values).reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

/** Peers that are offline in given intervals of time: [from, to) each, by peer. */
export function outages(intervals: (peer: number) => readonly (readonly [number, number])[]): Availability {
  const isOnline = (peer: number, atMs: number): boolean =>
    !intervals(peer).some(([from, to]) => atMs >= from && atMs < to)
  return {
    isOnlineAtStart: (_random: Random, peer) => isOnline(peer, 0),
    nextChangeMs: (_random: Random, peer, nowMs, online) => {
      const changes = intervals(peer).map(([from, to]) => (online ? from : to))
      return Math.min(...changes.filter((change) => change >= nowMs && isOnline(peer, change) !== online), Infinity)
    },
  }
}
