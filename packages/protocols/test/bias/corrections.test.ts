import { randomStream, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { LinearLearner, Shards, shapeOf } from '@hearsay/learning'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { describeProtocol, type Population } from '@hearsay/testkit/conformance'
import { describe, expect, test } from 'vitest'
import {
  type Correction,
  CORRECTIONS,
  correctionProblem,
  GossipLearning,
  type GossipLearningOptions,
  graphOfEdges,
  MODEL,
  randomOutGraph,
  SimpleTokens,
  StaticGraph,
  UniformSampler,
} from '../../src/index.ts'
import { at, RecordingLearner } from '../support.ts'

const HUB = 0
const LEAF = 1
/** Peer 0 knows 1, 2, 3 and 4; 1 and 2 know each other too. */
const STAR = graphOfEdges(5, [0, 1, 0, 2, 0, 3, 0, 4, 1, 2])

function setUp(correction: Correction, options: Partial<GossipLearningOptions> = {}) {
  const kernels = createKernels({ backend: 'javascript' })
  const learner = new RecordingLearner(kernels.memory)
  const protocol = new GossipLearning({
    ...{ peers: 5, kernels, learner, sampler: STAR, periodMs: 100, jitter: 0, mergeWith: 'current', correction },
    ...options,
  })
  const context = new RecordingContext(kernels.memory)
  const receive = (self: number, from: number, weight: number, age: number): void => {
    const message = messageOf(kernels.memory, { kind: MODEL, stamp: age, floats: [weight, 0, 0, 0] })
    context.self = self
    protocol.onMessage(context, from, message)
  }
  const turn = (self: number): void => protocol.onTimeout(at(context, self, 0))
  const weight = (peer: number): number => kernels.memory.float32[protocol.model(peer)]
  return { protocol, learner, context, receive, turn, weight, memory: kernels.memory }
}

/** How often a peer merges in so many tries of what `attempt` does. */
function merges(learner: RecordingLearner, tries: number, attempt: () => void): number {
  for (let i = 0; i < tries; i++) attempt()
  return learner.creations.length / tries
}

describe('pass-through (Giaretta, Girdzijauskas 2019)', () => {
  test('merges and trains models of lower degree with the probability d(sender)/d(self)', () => {
    const { learner, receive } = setUp('pass-through')
    expect(merges(learner, 4000, () => receive(HUB, 1, 3, 5))).toBeCloseTo(2 / 4, 1)
    const other = setUp('pass-through')
    expect(merges(other.learner, 4000, () => other.receive(HUB, 3, 3, 5))).toBeCloseTo(1 / 4, 1)
  })

  test('merges and trains all that comes from peers of the same or a higher degree', () => {
    const { learner, receive } = setUp('pass-through')
    expect(merges(learner, 100, () => receive(LEAF, HUB, 3, 5))).toBe(1)
    expect(merges(learner, 100, () => receive(LEAF, 2, 3, 5))).toBe(2)
  })

  test.each(['last', 'current'] as const)('otherwise makes the received model the current one (%s)', (mergeWith) => {
    const { learner, protocol, receive, weight } = setUp('pass-through', { mergeWith, votes: 2 })
    let before = 0
    let passed = 0
    for (let i = 1; i <= 50; i++) {
      receive(HUB, 3, i, 5)
      const isMerged = learner.creations.length > before
      before = learner.creations.length
      expect([weight(HUB), protocol.ages[HUB]]).toEqual(isMerged ? [i + 10, 6] : [i, 5])
      if (!isMerged) passed++
      // What comes next is merged with what was passed on, or with what was last received: the same thing.
      if (!isMerged) {
        receive(HUB, HUB, 100, 9)
        expect(learner.creations.at(-1)).toMatchObject({ received: 100, partner: i, partnerAge: 5 })
        before = learner.creations.length
      }
    }
    expect(passed).toBeGreaterThan(20)
  })

  test('trains nothing of a sender that is not in the graph', () => {
    const { learner, receive, weight } = setUp('pass-through')
    for (const stranger of [5, 900]) receive(HUB, stranger, 7, 2)
    expect(learner.creations).toEqual([])
    expect(weight(HUB)).toBe(7)
  })
})

describe('neighbour cache (Giaretta, Girdzijauskas 2019)', () => {
  test('given models of neighbours, when a period has passed, then one of them is merged, trained and sent', () => {
    const { learner, context, receive, turn } = setUp('neighbour-cache')
    receive(HUB, 1, 3, 5)
    receive(HUB, 1, 4, 6)
    receive(HUB, 3, 5, 7)
    expect(learner.creations).toEqual([])
    turn(HUB)
    turn(HUB)
    expect(learner.creations.map(({ received, receivedAge }) => [received, receivedAge]).toSorted()).toEqual([
      [4, 6],
      [5, 7],
    ])
    expect(learner.creations[1].partner).toBe(learner.creations[0].received + 10)
    expect(context.takeSent().at(-1)).toMatchObject({ floats: [learner.creations[1].received + 10, 0, 0, 0] })
  })

  test('sends its model as it is where nothing is left', () => {
    const { learner, context, receive, turn, weight } = setUp('neighbour-cache')
    receive(LEAF, HUB, 3, 5)
    for (let i = 0; i < 5; i++) turn(LEAF)
    expect(learner.creations).toHaveLength(1)
    expect(weight(LEAF)).toBe(13)
    expect(context.takeSent()).toHaveLength(5)
  })

  test('draws each of the models that are there equally often', () => {
    const { learner, receive, turn } = setUp('neighbour-cache')
    for (let i = 0; i < 3000; i++) {
      for (const from of [1, 3, 4]) receive(HUB, from, from, 5)
      turn(HUB)
    }
    for (const from of [1, 3, 4]) {
      expect(learner.creations.filter(({ received }) => received === from).length / 3000).toBeCloseTo(1 / 3, 1)
    }
  })
})

describe('metropolis', () => {
  test('merges with the probability min(1, d(self)/d(neighbour)), and trains in every period', () => {
    const { learner, protocol, receive, turn } = setUp('metropolis')
    receive(3, HUB, 3, 0)
    expect(merges(learner, 4000, () => turn(3))).toBeCloseTo(1 / 4, 1)
    const other = setUp('metropolis')
    for (const from of [1, 2, 3, 4]) other.receive(HUB, from, 3, 0)
    expect(merges(other.learner, 500, () => other.turn(HUB))).toBe(1)
    expect(protocol.received[3]).toBe(1)
  })

  test('keeps what it has used, and trains its own model where it does not merge', () => {
    const { learner, protocol, receive, turn, weight } = setUp('metropolis', { votes: 2 })
    turn(LEAF)
    turn(LEAF)
    expect([weight(LEAF), protocol.ages[LEAF], learner.creations.length]).toEqual([20, 2, 0])
    receive(LEAF, 2, 5, 7)
    for (let i = 0; i < 50; i++) turn(LEAF)
    expect(learner.creations.length).toBeGreaterThan(10)
    expect(new Set(learner.creations.map(({ received, receivedAge }) => `${received} ${receivedAge}`))).toEqual(
      new Set(['5 7']),
    )
  })

  test('draws each neighbour equally often', () => {
    const { learner, receive, turn } = setUp('metropolis')
    for (const from of [1, 2, 3, 4]) receive(HUB, from, from, 5)
    for (let i = 0; i < 4000; i++) turn(HUB)
    for (const from of [1, 2, 3, 4]) {
      expect(learner.creations.filter(({ received }) => received === from).length / 4000).toBeCloseTo(1 / 4, 1)
    }
  })
})

describe.each(['neighbour-cache', 'metropolis'] as const)('%s', (correction) => {
  test('has room for its neighbours alone', () => {
    const { learner, protocol, receive, turn } = setUp(correction)
    for (const stranger of [LEAF, 3, 77]) receive(LEAF, stranger, 99, 5)
    for (let i = 0; i < 20; i++) turn(LEAF)
    expect(learner.creations).toEqual([])
    expect(protocol.received[LEAF]).toBe(3)
  })

  test('votes with its last models', () => {
    const { protocol, memory, receive, turn, weight } = setUp(correction, { votes: 3 })
    const seen = [0]
    for (let i = 1; i <= 4; i++) {
      receive(LEAF, 2, 100 * i, 5)
      turn(LEAF)
      seen.unshift(weight(LEAF))
    }
    expect(new Set(seen).size).toBe(5)
    expect(protocol.votingModels(LEAF).map((model) => memory.float32[model])).toEqual(seen.slice(0, 3))
  })

  test('forgets what it has kept, and nobody else does', () => {
    const { learner, protocol, context, receive, turn } = setUp(correction)
    receive(HUB, 1, 3, 5)
    receive(LEAF, HUB, 3, 5)
    protocol.onForget(at(context, HUB, 0))
    for (let i = 0; i < 100; i++) turn(HUB)
    expect(learner.creations).toEqual([])
    for (let i = 0; i < 100; i++) turn(LEAF)
    expect(learner.creations.length).toBeGreaterThan(0)
  })

  test('goes with neither the last received model nor reactions', () => {
    expect(() => setUp(correction, { mergeWith: 'last' })).toThrow(expect.objectContaining({ code: 'CORRECTION' }))
    expect(() => setUp(correction, { flow: new SimpleTokens({ peers: 5 }) })).toThrow(
      expect.objectContaining({ code: 'CORRECTION' }),
    )
  })
})

describe.each(CORRECTIONS)('%s', (correction) => {
  test.each([
    ['an oracle', new UniformSampler(5)],
    ['a directed graph', randomOutGraph(5, 2, randomStream(1))],
  ])('is refused over %s', (_, sampler) => {
    expect(() => setUp(correction, { sampler })).toThrow(UsageError)
    expect(() => setUp(correction, { sampler })).toThrow(expect.objectContaining({ code: 'CORRECTION' }))
  })

  test('needs whole models as they are', () => {
    expect(correctionProblem(correction, {})).toBeUndefined()
    expect(correctionProblem(correction, { weights: 'int8' })).toMatch(/float32/)
    expect(correctionProblem(correction, { exchange: { kind: 'partitioned', parts: 2 } })).toMatch(/whole models/)
  })
})

/** Each peer knows the two next to it on either side, by label. */
function ring({ size, numbers }: Population): StaticGraph {
  const neighbours = new Int32Array(4 * size)
  for (let label = 0; label < size; label++) {
    for (const [i, step] of [1, -1, 2, -2].entries()) {
      neighbours[4 * numbers[label] + i] = numbers[(label + step + size) % size]
    }
  }
  return new StaticGraph(
    Int32Array.from({ length: size + 1 }, (_, peer) => 4 * peer),
    neighbours,
  )
}

for (const correction of CORRECTIONS) {
  describeProtocol(`GossipLearning with ${correction}`, (population) => {
    const { size: peers, numbers } = population
    const kernels = createKernels({ backend: 'javascript' })
    const random = randomStream(77)
    const features = Float32Array.from({ length: peers * 3 }, () => random.normal())
    const rows = { features, labels: Int32Array.from({ length: peers }, (_, row) => row % 2) }
    const assignment: number[][] = []
    for (let label = 0; label < peers; label++) assignment[numbers[label]] = [label]
    const shards = new Shards(kernels.memory, shapeOf('pegasos', 3, 2, true), rows, assignment)
    const learner = new LinearLearner(kernels, shards, { model: 'pegasos', lambda: 0.1 })
    const common = { peers, kernels, learner, periodMs: 100, mergeWith: 'current', correction } as const
    const protocol = new GossipLearning({ ...common, sampler: ring(population), votes: 2 })
    const state = (label: number): unknown => {
      const peer = numbers[label]
      const models = protocol.votingModels(peer).map((model) => [...kernels.memory.float32.slice(model, model + 4)])
      return { models, age: protocol.ages[peer] }
    }
    return { protocol, memory: kernels.memory, state }
  })
}
