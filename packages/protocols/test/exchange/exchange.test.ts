import { UsageError } from '@hearsay/core'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import { describe, expect, test } from 'vitest'
import {
  createFlowControl,
  type Exchange,
  exchangePeriodMs,
  type GossipLearningOptions,
  partsOf,
} from '../../src/index.ts'
import { at } from '../support.ts'
import { setUp } from './support.ts'

const [A, B] = [0, 1]
const partitioned: Exchange = { kind: 'partitioned', parts: 3 }
const subsampled: Exchange = { kind: 'subsampled', share: 0.4 }
const tens = Array.from({ length: 10 }, (_, i) => i)

describe('whole models in fewer bytes', () => {
  test.each([
    ['float16', 5],
    ['int8', 4],
  ] as const)('%s takes %i words for ten weights, which arrive rounded', (weights, words) => {
    const { fill, turn, relay, weights: read } = setUp({ weights, mergeWith: 'current' })
    fill(A, [1.0001, -127, 3, 0, 5, 6, 7, 8, 9, 10])
    const [sent] = turn(A)
    expect(sent).toMatchObject({ to: 7, kind: 0, value: 0, stamp: 0 })
    expect(sent.integers).toHaveLength(words)
    relay(B, sent)
    expect(read(B)).toEqual([1, -127, 3, 0, 5, 6, 7, 8, 9, 10].map((weight) => weight + 100).concat(0, 0))
  })

  test.each(['float16', 'int8'] as const)('%s say the age of the model', (weights) => {
    const { turn, relay, protocol } = setUp({ weights })
    const [sent] = turn(A)
    relay(B, { ...sent, stamp: 41 })
    expect(protocol.ages[B]).toBe(42)
    expect(turn(B)).toMatchObject([{ stamp: 42 }])
  })

  test.each(['float16', 'int8'] as const)('%s leaves out the padding between outputs', (weights) => {
    const { fill, turn, relay, weights: read } = setUp({ weights, mergeWith: 'last' }, 5, 3)
    const model = [1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9, 10, 0, 0, 0, 11, 12, 13, 14, 127, 0, 0, 0]
    fill(A, model)
    const [sent] = turn(A)
    expect(sent.integers).toHaveLength(weights === 'int8' ? 1 + 4 : 8)
    relay(B, sent)
    expect(read(B)).toEqual(model.map((weight) => (weight === 0 ? 0 : weight + 100)))
  })
})

describe('subsampled models', () => {
  test('carry a share of the weights, others each time, and the seed that names them', () => {
    const { fill, turn, weights, relay } = setUp({ exchange: subsampled })
    fill(A, tens)
    const seen = new Set<number>()
    for (let i = 0; i < 30; i++) {
      const [{ value, floats }] = turn(A)
      expect(Number.isInteger(value) && value >= 0 && value < 2 ** 32).toBe(true)
      expect(new Set(floats).size).toBe(4)
      for (const weight of floats) seen.add(weight)
    }
    expect(seen).toEqual(new Set(tens))
    const [sent] = turn(A)
    relay(B, sent)
    // The subset is added to zeros, then every weight gains 100.
    expect(weights(B).slice(0, 10)).toEqual(tens.map((weight) => (sent.floats.includes(weight) ? weight : 0) + 100))
  })

  test('are merged by the ages of the models, and the whole model is updated', () => {
    const { receive, learner, protocol } = setUp({ exchange: subsampled })
    receive(A, 5, 40, [1, 1, 1, 1])
    receive(A, 6, 2, [1, 1, 1, 1])
    expect(learner.merged).toEqual([
      { receivedAge: 40, ownAge: 0, words: 4 },
      { receivedAge: 2, ownAge: 41, words: 4 },
    ])
    expect(learner.updated).toEqual([40, 41])
    expect(protocol.ages[A]).toBe(42)
  })
})

test.each<[string, Partial<GossipLearningOptions>, words: number]>([
  ['whole', {}, 12],
  ['subsampled', { exchange: subsampled }, 4],
])('%s models are useful where they are at least as old as the own one', (_, options, words) => {
  const seen: boolean[] = []
  const onReceived = (_context: unknown, useful: boolean): number => (seen.push(useful), 0)
  const { receive } = setUp({ ...options, mergeWith: 'current', flow: { onPeriod: () => 0, onReceived } })
  // The receiver's own age is then 41, 42, and 43 or 42.
  for (const age of [40, 41, 41]) receive(A, 0, age, new Array<number>(words).fill(1))
  expect(seen).toEqual([true, true, false])
})

describe('partitioned models', () => {
  test('travel in parts i mod S, a random one each time', () => {
    const { fill, turn } = setUp({ exchange: partitioned })
    fill(A, tens)
    const parts = new Map(Array.from({ length: 40 }, () => turn(A)[0]).map(({ value, floats }) => [value, floats]))
    expect([...parts].sort(([a], [b]) => a - b)).toEqual([
      [0, [0, 3, 6, 9]],
      [1, [1, 4, 7]],
      [2, [2, 5, 8]],
    ])
  })

  test('merge the received part alone, by the ages of the part, and update the whole', () => {
    const { receive, learner, weights, protocol } = setUp({ exchange: partitioned })
    receive(A, 1, 40, [5, 6, 7])
    expect(weights(A)).toEqual([100, 105, 100, 100, 106, 100, 100, 107, 100, 100, 0, 0])
    receive(A, 2, 7, [1, 1, 1])
    receive(A, 1, 3, [0, 0, 0])
    expect(learner.merged).toEqual([
      { receivedAge: 40, ownAge: 0, words: 3 },
      // The update after the first part has aged this one too.
      { receivedAge: 7, ownAge: 1, words: 3 },
      { receivedAge: 3, ownAge: 42, words: 3 },
    ])
    // Steps follow the oldest part.
    expect(learner.updated).toEqual([40, 41, 42])
    expect(protocol.ages[A]).toBe(43)
  })

  test('say the age of the part that they are', () => {
    const { receive, turn } = setUp({ exchange: partitioned })
    receive(A, 1, 40, [5, 6, 7])
    const ages = new Map(Array.from({ length: 40 }, () => turn(A)[0]).map(({ value, stamp }) => [value, stamp]))
    expect([ages.get(0), ages.get(1), ages.get(2)]).toEqual([1, 41, 1])
  })

  test('react with the part that they react to, from its own account', () => {
    const flow = createFlowControl({ kind: 'simple', capacity: 9 }, 2, 3)
    const { context, receive, turn } = setUp({ exchange: partitioned, flow })
    for (let i = 0; i < 15; i++) expect(turn(A)).toEqual([])
    receive(A, 2, 40, [5, 6, 7])
    expect(context.takeSent()).toMatchObject([{ to: 7, value: 2, stamp: 41 }])
    receive(B, 2, 40, [5, 6, 7])
    expect(context.takeSent()).toEqual([])
  })

  test('say whether a part was useful by the age of that part', () => {
    const seen: [useful: boolean, part: number][] = []
    const onReceived = (_: unknown, useful: boolean, part: number): number => (seen.push([useful, part]), 0)
    const { receive } = setUp({ exchange: partitioned, flow: { onPeriod: () => 0, onReceived } })
    receive(A, 1, 40, [5, 6, 7])
    receive(A, 2, 5, [5, 6, 7])
    receive(A, 1, 5, [5, 6, 7])
    expect(seen).toEqual([
      [true, 1],
      [true, 2],
      [false, 1],
    ])
  })

  test('are exchanged as often as they have parts', () => {
    expect([partsOf(partitioned), exchangePeriodMs(partitioned, 900)]).toEqual([3, 300])
    expect([partsOf(subsampled), exchangePeriodMs(subsampled, 900)]).toEqual([1, 900])
  })
})

const kinds: [string, Partial<GossipLearningOptions>][] = [
  ['whole', { mergeWith: 'last' }],
  ['subsampled', { exchange: subsampled }],
  ['partitioned', { exchange: partitioned }],
]

describe.each(kinds)('a peer of %s models', (kind, options) => {
  const parts = kind === 'partitioned' ? 3 : 1
  const length = kind === 'whole' ? 12 : kind === 'partitioned' ? 3 : 4
  const learned = () => {
    const flow = createFlowControl({ kind: 'simple', capacity: 2 }, 2, parts)
    const peers = setUp({ ...options, votes: 3, flow })
    for (let i = 0; i < 5; i++) {
      peers.turn(A)
      peers.receive(A, parts - 1, 10 + i, new Array<number>(length).fill(i))
      peers.receive(B, parts - 1, 20 + i, new Array<number>(length).fill(i))
    }
    peers.context.takeSent()
    return peers
  }

  test('votes with its last models, each of them made from the one before', () => {
    const { protocol, kernels } = learned()
    const voters = protocol.votingModels(A)
    expect(voters).toHaveLength(3)
    expect(voters[0]).toBe(protocol.model(A))
    const [newest, second, third] = voters.map((model) => kernels.memory.float32[model])
    expect(newest).toBeGreaterThan(second)
    expect(second).toBeGreaterThan(third)
  })

  test('is as new when it has forgotten, but for what it has counted; the others keep all', () => {
    const { protocol, context, weights, receive, learner } = learned()
    const other = [weights(B), protocol.ages[B]]
    protocol.onForget(at(context, A, 0))
    expect(weights(A)).toEqual(new Array<number>(12).fill(0))
    expect(protocol.votingModels(A)).toEqual([protocol.model(A)])
    expect([protocol.ages[A], protocol.received[A], protocol.sent[A] > 0]).toEqual([0, 5, true])
    expect([weights(B), protocol.ages[B]]).toEqual(other)
    receive(A, 0, 3, new Array<number>(kind === 'partitioned' ? 4 : length).fill(1))
    expect(context.takeSent()).toEqual([])
    expect(learner.updated.at(-1)).toBe(3)
  })

  test('goes on from what was saved', () => {
    const first = learned()
    const archive = new MemoryArchive()
    first.protocol.persist(archive)
    const second = setUp({ ...options, votes: 3, flow: createFlowControl({ kind: 'simple', capacity: 2 }, 2, parts) })
    const reader = archive.reader()
    second.protocol.persist(reader)
    expect(reader.left).toBe(0)
    second.kernels.memory.int32.set(first.kernels.memory.int32.subarray(0, second.kernels.memory.int32.length))
    for (const { receive } of [first, second]) receive(A, parts - 1, 12, new Array<number>(length).fill(3))
    expect(second.learner.updated).toEqual(first.learner.updated.slice(-1))
    expect([...second.protocol.ages]).toEqual([...first.protocol.ages])
    expect(second.weights(A)).toEqual(first.weights(A))
    expect(second.context.takeSent()).toMatchObject(
      first.context.takeSent().map(({ value, stamp, floats }) => ({ value, stamp, floats })),
    )
  })
})

describe('combinations that make no sense', () => {
  const refused: [string, string, Partial<GossipLearningOptions>][] = [
    ['parts of the last received model', 'EXCHANGE', { exchange: partitioned, mergeWith: 'last' }],
    ['a subset of the last received model', 'EXCHANGE', { exchange: subsampled, mergeWith: 'last' }],
    ['more parts than weights', 'EXCHANGE', { exchange: { kind: 'partitioned', parts: 11 } }],
    ['one part', 'EXCHANGE', { exchange: { kind: 'partitioned', parts: 1 } }],
    ['half a part', 'EXCHANGE', { exchange: { kind: 'partitioned', parts: 2.5 } }],
    ['no weights', 'EXCHANGE', { exchange: { kind: 'subsampled', share: 0 } }],
    ['more than all weights', 'EXCHANGE', { exchange: { kind: 'subsampled', share: 1.1 } }],
    [
      'one account for three parts',
      'FLOW_PARTS',
      { exchange: partitioned, flow: createFlowControl({ kind: 'simple' }, 2) },
    ],
    ['three accounts for one model', 'FLOW_PARTS', { flow: createFlowControl({ kind: 'simple' }, 2, 3) }],
  ]
  test.each(refused)('%s: %s', (_, code, options) => {
    expect(() => setUp(options)).toThrow(UsageError)
    expect(() => setUp(options)).toThrow(expect.objectContaining({ code }))
  })

  test('parts with a learner that needs whole models', () => {
    const learner = { ...setUp({}).learner, mergePart: undefined, update: () => 0, create: () => 0 }
    expect(() => setUp({ exchange: partitioned, learner })).toThrow(expect.objectContaining({ code: 'EXCHANGE' }))
  })
})
