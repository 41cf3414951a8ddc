import { type Context, type Message, type Protocol, randomStream } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import {
  clusteringCoefficient,
  componentSizes,
  deadLinks,
  inDegrees,
  NewsCast,
  overlayOf,
  pathLengths,
  randomOutGraph,
  spreadOf,
} from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'

const PEERS = 10_000
const VIEW_SIZE = 30
const PERIOD_MS = 2000
const WARM_UP_CYCLES = 30

/** A protocol whose peers may crash: a dead one handles nothing any more, and nobody is told. */
class Crashing implements Protocol {
  readonly #protocol: Protocol
  readonly dead = new Set<number>()

  constructor(protocol: Protocol) {
    this.#protocol = protocol
  }

  onStart(context: Context): void {
    this.#protocol.onStart(context)
  }

  onTimeout(context: Context, timer: number): void {
    if (!this.dead.has(context.self)) this.#protocol.onTimeout(context, timer)
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (!this.dead.has(context.self)) this.#protocol.onMessage(context, from, message)
  }
}

// Tölgyesi and Jelasity 2009 and the literature before it run NewsCast with c = 30, exchanges that take no time, and
// timestamps in whole cycles. The figures are those of an independent simulation of 10⁴ peers.
describe('NewsCast of 10⁴ peers with views of 30', () => {
  const kernels = createKernels()
  const newscast = new NewsCast({ peers: PEERS, memory: kernels.memory, viewSize: VIEW_SIZE, periodMs: PERIOD_MS })
  const bootstrap = randomOutGraph(PEERS, VIEW_SIZE, randomStream(1))
  for (const [i, contact] of bootstrap.neighbours.entries()) newscast.addContact(Math.floor(i / VIEW_SIZE), contact)
  const protocol = new Crashing(newscast)
  const network = independentNetwork({ delay: { kind: 'constant', ms: 0 } })
  const simulation = new Simulation({ peers: PEERS, seed: 2, kernels, protocols: [protocol], network })
  simulation.run(WARM_UP_CYCLES * PERIOD_MS)
  const views = Array.from({ length: PEERS }, (_, peer) => newscast.view(peer))

  test('fills every view with different others', () => {
    for (const [peer, view] of views.entries()) {
      expect(view).toHaveLength(VIEW_SIZE)
      expect(new Set([...view, peer]).size).toBe(VIEW_SIZE + 1)
    }
  })

  test('converges to the overlay that is published: clustering 0.192, path 2.88, in-degree deviation 14.7', () => {
    const overlay = overlayOf(PEERS, { view: (peer) => views[peer] })
    expect(Math.abs(spreadOf(inDegrees(overlay)).deviation - 14.7)).toBeLessThan(1)
    expect(Math.abs(clusteringCoefficient(overlay, 20) - 0.192)).toBeLessThan(0.02)
    const { mean, reached } = pathLengths(overlay, [0, 1000, 2000])
    expect(reached).toBe(PEERS)
    expect(Math.abs(mean - 2.88)).toBeLessThan(0.15)
    expect(componentSizes(overlay)).toEqual([PEERS])
  })

  test('forgets half of the peers that crash at once as is published', () => {
    const order = Int32Array.from(views.keys())
    randomStream(3).shuffle(order)
    for (const peer of order.subarray(0, PEERS / 2)) protocol.dead.add(peer)
    const isAlive = (peer: number): boolean => !protocol.dead.has(peer)
    const deadShare = (cycle: number): number => {
      simulation.run((WARM_UP_CYCLES + cycle) * PERIOD_MS)
      return deadLinks(overlayOf(PEERS, newscast), isAlive)
    }
    const published: [cycle: number, share: number, tolerance: number][] = [
      [0, 0.5, 0.01],
      [1, 0.49, 0.02],
      [2, 0.44, 0.02],
      [3, 0.32, 0.03],
      [5, 0.053, 0.015],
      [10, 0.0016, 0.0015],
    ]
    for (const [cycle, share, tolerance] of published) {
      expect(Math.abs(deadShare(cycle) - share), `cycle ${cycle}`).toBeLessThan(tolerance)
    }
    expect(deadShare(22)).toBe(0)
  })
})
