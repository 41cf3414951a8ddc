import { createKernels } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import {
  composeNetwork,
  duplication,
  independentNetwork,
  LOST,
  type NetworkModel,
  renewalSessions,
  Simulation,
  type SimulationOptions,
} from '../src/index.ts'
import { Chatter, CHATTER_PEERS } from './chatter.ts'

/** A network that keeps its own books: messages and words that each peer hands in, and that come through to each. */
class Books implements NetworkModel {
  readonly minimumDelayMs = 1
  readonly sent = new Float64Array(CHATTER_PEERS)
  readonly words = new Float64Array(CHATTER_PEERS)
  readonly arrived = new Float64Array(CHATTER_PEERS)
  readonly arrivedWords = new Float64Array(CHATTER_PEERS)

  transfer(random: Parameters<NetworkModel['transfer']>[0], from: number, _to: number, words: number): number {
    this.sent[from]++
    this.words[from] += words
    return random.below(5) === 0 ? LOST : 1 + random.below(40)
  }

  receive(_random: unknown, _from: number, to: number, words: number): number {
    this.arrived[to]++
    this.arrivedWords[to] += words
    return 0
  }
}

function run(options: Partial<SimulationOptions>): Simulation {
  const kernels = createKernels()
  const protocol = new Chatter(kernels, CHATTER_PEERS, {})
  const network = independentNetwork({ delay: { kind: 'uniform', minMs: 1, maxMs: 40 }, loss: 0.2 })
  const simulation = new Simulation({
    ...{ peers: CHATTER_PEERS, seed: 1, kernels, protocols: [protocol], network, countsTraffic: true },
    ...options,
  })
  simulation.run(4000)
  return simulation
}

const churn = renewalSessions({ online: { kind: 'exponential', meanMs: 300 }, onlineFraction: 0.6 })
const sum = (values: Float64Array | undefined): number =>
  values?.reduce((total, value) => total + value, 0) ?? Number.NaN

describe('traffic peer by peer', () => {
  test('is what the network was handed by each, and what came through to each, under loss and churn', () => {
    const books = new Books()
    const { traffic, counters } = run({ network: books, availability: churn })
    expect(traffic?.sent).toEqual(books.sent)
    expect(traffic?.sentWords).toEqual(books.words)
    expect(traffic?.received).toEqual(books.arrived)
    expect(traffic?.receivedWords).toEqual(books.arrivedWords)
    expect(counters.lost).toBeGreaterThan(50)
    expect(counters.missed).toBeGreaterThan(50)
  })

  test.each<[string, Partial<SimulationOptions>]>([
    ['churn', { availability: churn }],
    ['churn and whole transfers', { availability: churn, wholeTransfers: true }],
    ['pauses', { pauses: [{ fromMs: 500, untilMs: 900, peers: new Uint8Array(CHATTER_PEERS).fill(1) }] }],
    [
      'copies',
      {
        network: composeNetwork([
          independentNetwork({ delay: { kind: 'constant', ms: 5 } }),
          duplication({ probability: 0.3, delay: { kind: 'constant', ms: 9 } }),
        ]),
      },
    ],
  ])('sums up to the counters of the run, under %s', (_, options) => {
    const { traffic, counters } = run(options)
    expect(sum(traffic?.sent)).toBe(counters.sent)
    expect(sum(traffic?.sentWords)).toBe(counters.words)
    expect(sum(traffic?.received)).toBe(counters.delivered)
    expect(counters.delivered).toBeGreaterThan(100)
  })

  test('counts what a guard refuses as received: it has come over the link', () => {
    const kernels = createKernels()
    const protocol = new Chatter(kernels, CHATTER_PEERS, {})
    let turn = 0
    const guard = { inspect: () => (turn++ % 3 === 0 ? ('norm' as const) : undefined) }
    const { traffic, counters } = run({ kernels, protocols: [{ protocol, guard }] })
    expect(counters.refused).toBeGreaterThan(30)
    expect(sum(traffic?.received)).toBe(counters.delivered + counters.refused)
  })

  test('is counted on request only, and changes nothing in a run', () => {
    const plain = run({ countsTraffic: false })
    expect(plain.traffic).toBeUndefined()
    expect(plain.traceHash).toBe(run({}).traceHash)
  })
})
