import { type Message, randomStream } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { NewsCast } from '@hearsay/protocols'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ANSWER,
  type AggregateAnswer,
  ANSWER_WORDS_MAX,
  readAnswer,
  writeAnswer,
} from '../src/aggregates/aggregate-answer.ts'
import { aggregationProblem } from '../src/aggregates/aggregate-client.ts'
import { completeAggregation, type ManifestAggregation, METRICS } from '../src/aggregates/aggregation-settings.ts'
import { createAggregatesCodec, SwarmAggregates } from '../src/aggregates/swarm-aggregates.ts'
import { createNewsCastCodec } from '../src/codecs/newscast-codec.ts'
import { MemoryNetwork, memoryPeerName, type MemoryTransport } from '../src/memory-network.ts'
import { ProtocolHost } from '../src/protocol-host.ts'
import { VirtualClock } from '../src/virtual-clock.ts'

const PERIOD_MS = 100
const ALL: ManifestAggregation = { metrics: METRICS, epochCycles: 12, instances: 4 }

interface Member {
  readonly aggregates: SwarmAggregates
  readonly host: ProtocolHost
  readonly transport: MemoryTransport
  readonly refusals: unknown[]
}

function swarmOf(peers: number, aggregation: ManifestAggregation | undefined, clock = new VirtualClock()) {
  const network = new MemoryNetwork({ clock, delay: 7 })
  const start = (index: number): Member => {
    const memory = new BufferMemory(1024)
    const sampler = new NewsCast({ peers: 1, memory, periodMs: PERIOD_MS, viewSize: 6 })
    const aggregates = new SwarmAggregates({ aggregation, periodMs: PERIOD_MS, memory, sampler })
    const transport = network.createTransport(memoryPeerName(index))
    const refusals: unknown[] = []
    const host = new ProtocolHost({
      ...{ transport, clock, memory, random: randomStream(3, index), timeOriginMs: 0 },
      protocols: [{ protocol: sampler, codec: createNewsCastCodec({ viewSize: 6 }) }, aggregates.mount],
      onRefusal: (refusal) => refusals.push(refusal),
      onFault: ({ error }) => {
        throw error
      },
    })
    if (index > 0) sampler.addContact(0, host.peers.intern(memoryPeerName(0)))
    aggregates.observe({ error: index / 20, age: 100 * index, rows: 5 })
    void transport.start()
    host.start()
    return { aggregates, host, transport, refusals }
  }
  return { clock, network, start, members: Array.from({ length: peers }, (_, index) => start(index)) }
}

describe('the aggregates of a swarm', () => {
  test('are known to every peer after an epoch, and follow who comes', () => {
    const { clock, start, members } = swarmOf(12, ALL)
    clock.run(11 * PERIOD_MS)
    expect(members[4].aggregates.answer(clock.now())).toEqual({
      ...{ aggregates: true, epoch: -1, nextMs: PERIOD_MS, count: null, metrics: {} },
    })
    members.push(...[12, 13, 14].map(start))
    clock.run(14 * PERIOD_MS)
    for (const { aggregates } of members.slice(0, 12)) {
      const { epoch, count, metrics } = aggregates.answer(clock.now())
      expect(epoch).toBe(0)
      expect(count).toBeCloseTo(12, 0)
      expect(aggregates.count).toBe(count)
      expect(metrics.error).toMatchObject({ min: 0, max: 11 / 20 })
      expect(metrics.error?.mean).toBeCloseTo(5.5 / 20, 3)
      expect((metrics.age?.mean ?? 0) / 550).toBeCloseTo(1, 1)
      // The variance of 0, 100 … 1100.
      expect((metrics.age?.variance ?? 0) / 119_166.67).toBeCloseTo(1, 1)
      expect(metrics.rows?.mean).toBe(5)
    }
    // Who has come during the first epoch is in the second.
    expect(members[13].aggregates.count).toBeUndefined()
    clock.run(26 * PERIOD_MS)
    for (const { aggregates, refusals } of members) {
      expect(aggregates.answer(clock.now())).toMatchObject({ epoch: 1, metrics: { age: { min: 0, max: 1400 } } })
      expect(aggregates.count).toBeCloseTo(15, 1)
      expect(refusals).toEqual([])
    }
  })

  test('cost one small block a cycle to one partner, and its answers', () => {
    const { clock, members } = swarmOf(8, { metrics: ['error'], epochCycles: 12, instances: 8 })
    clock.run(48 * PERIOD_MS - 1)
    for (const { host } of members) {
      const counters = host.counters.protocols.get('aggregates')
      const bytes = (counters?.bytesSent ?? 0) / 48
      // Three pushes and on average three replies: a count of 8 × 12 bytes, mean and extrema of 16 each, and headers.
      expect((counters?.sent ?? 0) / 48).toBeCloseTo(6, -1)
      expect(bytes).toBeGreaterThan(200)
      expect(bytes).toBeLessThan(400)
    }
  })

  test('where a swarm aggregates nothing, its peers say so', () => {
    const { clock, members } = swarmOf(2, undefined)
    clock.run(10 * PERIOD_MS)
    expect(members[0].aggregates.answer(clock.now())).toMatchObject({ aggregates: false, epoch: -1, count: null })
    expect(members[0].host.counters.protocols.get('aggregates')?.sent).toBe(0)
  })

  test('numbers out of range count as the nearest within', () => {
    const { clock, members } = swarmOf(2, ALL)
    members[0].aggregates.observe({ error: 7, age: -1, rows: 1e12 })
    clock.run(26 * PERIOD_MS)
    expect(members[1].aggregates.answer(clock.now()).metrics).toMatchObject({
      error: { min: 1 / 20, max: 1 },
      age: { min: 0 },
      rows: { max: 2 ** 31 },
    })
  })
})

describe('a question', () => {
  const ask = (aggregation: ManifestAggregation | undefined, kind: number, cycles: number) => {
    const { clock, network, members } = swarmOf(5, aggregation)
    const stranger = network.createTransport(memoryPeerName(99))
    const codec = createAggregatesCodec()
    const memory = new BufferMemory(256)
    const answers: unknown[] = []
    stranger.listen({
      onFrame(from, _protocol, frame) {
        const target = { kind: 0, value: 0, stamp: 0, offset: memory.allocate(codec.payloadWordsMax), length: 0 }
        codec.decode(frame, target, memory, members[0].host.peers)
        answers.push([from, readAnswer(target, memory)])
        return true
      },
      onUnreachable() {},
    })
    void stranger.start()
    clock.run(cycles * PERIOD_MS)
    const message = { kind, value: 0, stamp: 0, offset: 0, length: 0 }
    stranger.send(memoryPeerName(2), 'aggregates', codec.encode(message, memory, members[0].host.peers))
    clock.run(clock.now() + PERIOD_MS)
    return { answers, members }
  }

  test('is answered to strangers, who are counted nowhere', () => {
    const { answers, members } = ask(ALL, 0, 30)
    const expected = members[2].aggregates.answer(3100)
    expect(answers).toEqual([[memoryPeerName(2), { ...expected, nextMs: expect.any(Number) as number }]])
    expect(expected).toMatchObject({ epoch: 1 })
    expect(expected.count).toBeCloseTo(5, 1)
  })

  test('is answered before there is an answer, and where there never is one', () => {
    expect(ask(ALL, 0, 3).answers).toMatchObject([[memoryPeerName(2), { aggregates: true, epoch: -1 }]])
    expect(ask(undefined, 0, 3).answers).toMatchObject([[memoryPeerName(2), { aggregates: false, epoch: -1 }]])
  })

  test.each([1, 2, 3, 12, 127])('of kind %i is refused', (kind) => {
    const { answers, members } = ask({ ...ALL, metrics: [] }, kind, 3)
    expect(answers).toEqual([])
    expect(members[2].refusals).toEqual([expect.objectContaining({ protocol: 'aggregates', code: 'kind' })])
  })
})

describe('an answer', () => {
  const finite = fc.double({ noNaN: true, min: -1e300, max: 1e300 })
  const aggregate = fc
    .tuple(finite, fc.double({ noNaN: true, min: 0, max: 1e300 }), finite, finite)
    .map(([mean, variance, a, b]) => ({ mean, variance, min: Math.min(a, b), max: Math.max(a, b) }))
  const anyAnswer: fc.Arbitrary<AggregateAnswer> = fc.record({
    aggregates: fc.constant(true),
    epoch: fc.integer({ min: -1, max: 1e6 }),
    nextMs: fc.double({ noNaN: true, min: 0, max: 1e9 }),
    count: fc.option(fc.double({ noNaN: true, min: 0, max: 1e9 })),
    metrics: fc.record({ error: aggregate, age: aggregate, rows: aggregate }, { requiredKeys: [] }),
  })
  const memory = new BufferMemory(256)
  const offset = memory.allocate(64)

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        const length = writeAnswer(answer, memory, offset)
        expect(length).toBeLessThanOrEqual(ANSWER_WORDS_MAX)
        const message = { kind: ANSWER, value: answer.nextMs, stamp: answer.epoch + 1, offset, length }
        expect(readAnswer(message, memory)).toEqual(answer)
      }),
    )
  })

  test('that no honest peer gives is refused, whatever its words are', () => {
    const word = fc.oneof(fc.nat(3), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), fc.double(), fc.nat(4), (words, value, kind) => {
        memory.int32.set(words, offset)
        const read = readAnswer({ kind, value, stamp: 5, offset, length: words.length }, memory)
        if (typeof read === 'string') return
        expect(read.count === null || (read.count >= 0 && read.count < Infinity)).toBe(true)
        for (const { mean, variance, min, max } of Object.values(read.metrics)) {
          expect([mean, variance, min, max].every(Number.isFinite) && variance >= 0 && min <= max).toBe(true)
        }
      }),
    )
  })

  const wrong: [what: string, header: Partial<Message> & { words?: number[] }, refusal: string][] = [
    ['another kind', { kind: 0 }, 'kind'],
    ['half a metric', { length: 6 }, 'dimension'],
    ['too many metrics', { length: ANSWER_WORDS_MAX + 9 }, 'dimension'],
    ['no time', { value: Number.NaN }, 'value'],
    ['a time before now', { value: -2 }, 'value'],
    ['an unknown metric', { length: 11, words: [0, 0, 7] }, 'malformed'],
    ['a metric twice', { length: 20 }, 'malformed'],
    ['a count of −1', { words: [0, 0xbff00000 | 0] }, 'value'],
    ['a variance of −1', { length: 11, words: [0, 0, 0, 0, 0, 0, 0xbff00000 | 0] }, 'value'],
    ['a minimum above the maximum', { length: 11, words: [0, 0, 0, 0, 0, 0, 0, 0, 0x3ff00000] }, 'value'],
    ['an infinite mean', { length: 11, words: [0, 0, 0, 0, 0x7ff00000] }, 'value'],
  ]
  test.each(wrong)('with %s is refused', (_, { words = [], ...header }, refusal) => {
    memory.int32.fill(0, offset, offset + 64)
    memory.int32.set(words, offset)
    expect(readAnswer({ kind: ANSWER, value: 5, stamp: 1, offset, length: 2, ...header }, memory)).toBe(refusal)
  })

  test('that is none is told as what it is', () => {
    const none = { epoch: -1, nextMs: 2500, count: null, metrics: {} }
    expect(aggregationProblem(undefined, 5000)).toMatchObject({ code: 'NO_ANSWER' })
    expect(aggregationProblem({ aggregates: false, ...none }, 5000)).toMatchObject({ code: 'NO_AGGREGATES' })
    expect(aggregationProblem({ aggregates: true, ...none }, 5000).message).toContain('ends in about 3 s')
  })
})

test.each([
  [1, 10],
  [32, 10],
  [60, 19],
  [600, 30],
])('a run of %i cycles has epochs of %i cycles', (cycles, epochCycles) => {
  expect(completeAggregation({}, cycles)).toEqual({ metrics: ['error'], epochCycles, instances: 8 })
})
