import { GossipLearning, ModelFormat } from '@hearsay/protocols'
import type { SimulatedEvent, Tap } from '@hearsay/simulator'
import { describe, expect, test, vi } from 'vitest'
import type { Method } from '../../src/scenario/method.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import type { ScenarioOptions } from '../../src/scenario/scenario-options.ts'
import { federatedOf, runOf, sumOf } from './support.ts'

// A comparison is fair only if bytes are counted alike: at the host, for every contestant, and as the network carries them.

type Changes = Partial<ScenarioOptions>

const ADVERSITY: Changes = {
  loss: 0.2,
  duplicate: { probability: 0.1, cycles: 0.5 },
  churn: { kind: 'lognormal', median: 5, sigma: 1, online: 0.7 },
}

/** Counts what happens, event by event, on its own. */
class Watcher implements Tap {
  sent = 0
  received = 0
  receivedWords = 0

  onSend(): void {
    this.sent++
  }

  onEvent({ what, message }: SimulatedEvent): void {
    if (what !== 'message' && what !== 'refused') return
    this.received++
    this.receivedWords += message?.length ?? Number.NaN
  }
}

/** What a network model was given to carry, by its sender. */
interface Book {
  readonly messages: Float64Array
  readonly words: Float64Array
}

let book: Book

vi.mock(import('../../src/scenario/network/build-network.ts'), async (original) => {
  const actual = await original()
  return {
    ...actual,
    buildNetwork: (options, ...rest) => {
      const network = actual.buildNetwork(options, ...rest)
      const [messages, carried] = [new Float64Array(options.peers), new Float64Array(options.peers)]
      book = { messages, words: carried }
      return {
        ...network,
        transfer: (random, from, to, words, nowMs) => {
          messages[from]++
          carried[from] += words
          return network.transfer(random, from, to, words, nowMs)
        },
      }
    },
  }
})

/** Holds each peer's counters against the network's book, the watcher's counts, and the run's own. */
function check(changes: Changes, cycles = 60): Scenario {
  const watcher = new Watcher()
  const scenario = runOf({ ...ADVERSITY, ...changes }, cycles, { tapOn: () => watcher })
  const { traffic, counters } = scenario.simulation
  expect(traffic?.sent).toEqual(book.messages)
  expect(traffic?.sentWords).toEqual(book.words)
  expect(sumOf(traffic?.sent)).toBe(counters.sent)
  expect(sumOf(traffic?.sent)).toBe(watcher.sent)
  expect(sumOf(traffic?.sentWords)).toBe(counters.words)
  expect(sumOf(traffic?.received)).toBe(counters.delivered + counters.refused)
  expect(sumOf(traffic?.received)).toBe(watcher.received)
  expect(sumOf(traffic?.receivedWords)).toBe(watcher.receivedWords)
  return scenario
}

describe('bytes that peers are said to send and receive are what the network carried', () => {
  test.each<[string, Changes]>([
    ['whole models', {}],
    ['whole models under a guard', { guard: true }],
    ['whole models and whole transfers', { wholeTransfers: true }],
    ['subsampled models', { exchange: { kind: 'subsampled', share: 0.3 } }],
    ['partitioned models', { exchange: { kind: 'partitioned', parts: 4 } }],
    ['models in float16', { weights: 'float16' }],
    ['models with tokens', { flow: { kind: 'randomized', reserve: 5, capacity: 10 } }],
  ])('in gossip learning with %s', (_, changes) => {
    const { learning, simulation, shards, options } = check(changes)
    if (!(learning instanceof GossipLearning)) throw new TypeError('not gossip learning')
    const { traffic, counters } = simulation
    expect([...learning.sent]).toEqual([...(traffic?.sent ?? [])])
    expect(sumOf(learning.received)).toBe(counters.delivered)
    expect(counters.sent).toBeGreaterThan(500)
    const { exchange, weights } = options
    const format = new ModelFormat({ shape: shards.shape, ...(exchange && { exchange }), ...(weights && { weights }) })
    const words = Array.from({ length: format.parts }, (__, part) => format.words(part))
    expect(counters.words).toBeGreaterThanOrEqual(counters.sent * Math.min(...words))
    expect(counters.words).toBeLessThanOrEqual(counters.sent * Math.max(...words))
  })

  test('in gossip learning over NewsCast, whose messages count too', () => {
    const { learning, simulation } = check({ overlay: 'newscast', viewSize: 8 })
    if (!(learning instanceof GossipLearning)) throw new TypeError('not gossip learning')
    expect(simulation.counters.sent).toBeGreaterThan(1.5 * sumOf(learning.sent))
  })

  test.each<Method>([
    { kind: 'fedavg' },
    { kind: 'fedavg', exchange: { kind: 'subsampled', share: 0.3 } },
    { kind: 'fedavg', weights: 'int8', modelWeights: 'float16' },
    { kind: 'fedavg', fraction: 0.3, deadline: 6, serverOnline: false },
  ])('in federated learning as %o', (method) => {
    const scenario = check({ method })
    const { traffic } = scenario.simulation
    const own = federatedOf(scenario).traffic
    expect(traffic?.sent).toEqual(own.sent)
    expect(traffic?.sentWords).toEqual(own.sentWords)
    expect(traffic?.received).toEqual(own.received)
    expect(traffic?.receivedWords).toEqual(own.receivedWords)
    expect(federatedOf(scenario).counters.used).toBeGreaterThan(30)
  })

  test.each<Method>([{ kind: 'isolated' }, { kind: 'centralised' }])('%o sends nothing', (method) => {
    const { simulation, steps } = check({ method })
    expect(simulation.counters).toMatchObject({ sent: 0, words: 0, delivered: 0 })
    expect(sumOf(steps)).toBeGreaterThan(1000)
  })
})

describe('contestants', () => {
  const methods: readonly Method[] = [
    { kind: 'gossip' },
    { kind: 'fedavg' },
    { kind: 'isolated' },
    { kind: 'centralised' },
  ]

  test('learn from the same rows, and the same churn befalls them', () => {
    const shared = { shards: 'by-class', churn: ADVERSITY.churn } as const
    const runs = methods.map((method) => runOf({ ...shared, method }, 30))
    const peers = Array.from({ length: 40 }, (_, peer) => peer)
    const rows = runs.map((run) => peers.map((peer) => run.rows(peer)))
    const online = runs.map((run) => peers.slice(1).map((peer) => run.simulation.isOnline(peer)))
    for (const other of rows) expect(other).toEqual(rows[0])
    for (const other of online) expect(other).toEqual(online[0])
    expect(online[0]).toContain(false)
    const allRows = runs.map(({ shards }) => shards.all.count)
    expect(allRows).toEqual([200, 200, 200, 200])
  })

  test('make the steps that they can make: a pass over all rows a cycle, for federated learning one a round', () => {
    const [gossip, fedavg, isolated, centralised] = methods.map((method) => sumOf(runOf({ method }, 101).steps))
    expect(isolated).toBe(101 * 200)
    expect(centralised).toBe(101 * 200)
    // The first model is a cycle on its way; clients check in first, and their first round begins when the first one ends.
    expect(gossip / 200).toBeGreaterThan(98)
    expect(gossip / 200).toBeLessThan(101)
    expect(Math.abs(fedavg / 200 - 49)).toBeLessThan(1)
  })

  test('in centralised learning train on as many rows as peers would, where updates are bounded', () => {
    const learner = { model: 'logistic', lambda: 1e-4, eta: 100, rowsPerUpdate: 2 } as const
    const [isolated, centralised] = methods.slice(2).map((method) => sumOf(runOf({ method, learner }, 10).steps))
    // Shards of five rows are trained on in turns of 2, 2 and 1.
    expect(isolated).toBe(40 * (5 + 5 + 5 + 2))
    expect(centralised).toBe(isolated)
  })

  test('in centralised learning go through all rows in random order, whoever holds them', () => {
    const { shards, kernels } = runOf({ method: { kind: 'centralised' }, shards: 'by-class' }, 1)
    const { labels, count } = shards.all
    const classes = kernels.memory.int32.subarray(labels, labels + count)
    const changes = classes.reduce((sum, label, row) => sum + Number(row > 0 && label !== classes[row - 1]), 0)
    // Peers have five rows of one class each: in their order, there are 39 changes at most.
    expect(changes).toBeGreaterThan(70)
  })

  test('in centralised learning go on while all peers are away', () => {
    const crash = [{ at: 5, share: 1 }]
    const { steps, online } = runOf({ method: { kind: 'centralised' }, crash }, 30)
    expect(online).toBe(1)
    expect(sumOf(steps)).toBe(30 * 200)
    expect(sumOf(runOf({ method: { kind: 'isolated' }, crash }, 30).steps)).toBeLessThan(7 * 200)
  })

  test('reach nearly the same error', () => {
    const errors = methods.map((method) => runOf({ method }, 60).sampleError().mean)
    const [gossip, fedavg, isolated, centralised] = errors
    for (const error of [gossip, fedavg, centralised]) expect(error).toBeLessThan(0.12)
    expect(isolated).toBeGreaterThan(Math.max(gossip, fedavg) + 0.03)
  })
})
