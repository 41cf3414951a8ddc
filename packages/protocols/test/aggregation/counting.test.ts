import { UsageError } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { AggregationKind, Counting, type CountingOptions, trimmedMean } from '../../src/aggregation/index.ts'
import { at } from '../support.ts'
import { host, parts, PERIOD_MS, range } from './support.ts'

const { push: PUSH, reply: REPLY } = AggregationKind

function setUp(options: Partial<CountingOptions> = {}) {
  const memory = new BufferMemory(1024)
  const sampler = { selectPeer: () => 7 }
  const protocol = new Counting({ peers: 1, memory, sampler, periodMs: 1000, instances: 3, ...options })
  const context = new RecordingContext(memory, 0)
  protocol.onStart(at(context, 0, 0))
  const turn = (now: number): SentMessage => {
    protocol.onTimeout(at(context, 0, now))
    return context.takeSent()[0]
  }
  const receive = (from: number, kind: number, stamp: number, entries: readonly (readonly [number, number])[]) => {
    protocol.onMessage(at(context, 0, 0), from, messageOf(memory, { kind, stamp, integers: payloadOf(entries) }))
    return context.takeSent()
  }
  return { protocol, turn, receive, memory, context }
}

/** n keys, then n float64. */
function payloadOf(entries: readonly (readonly [number, number])[]): number[] {
  const values = Float64Array.from(entries, ([, value]) => value)
  return [...entries.map(([key]) => key), ...new Int32Array(values.buffer)]
}

function entriesOf({ integers }: SentMessage): number[][] {
  const size = integers.length / 3
  const values = new Float64Array(Int32Array.from(integers.slice(size)).buffer)
  return range(size).map((i) => [integers[i], values[i]])
}

describe('Counting: maps', () => {
  test('a leader starts with 1 under a key of its own', () => {
    const [[key, value], ...more] = entriesOf(setUp().turn(100))
    expect(more).toEqual([])
    expect(value).toBe(1)
    expect(key >= 0 && key < 2 ** 31).toBe(true)
  })

  test('an exchange averages over the union of two maps, a missing entry being 0', () => {
    const { turn, receive } = setUp()
    const [[key]] = entriesOf(turn(100))
    const [reply] = receive(3, PUSH, 50, [
      [0, 1],
      [key, 0.5],
    ])
    expect(entriesOf(reply)).toEqual([
      [0, -0.5],
      [key, 0.25],
    ])
    const next = turn(1100)
    expect(entriesOf(next)).toEqual([
      [0, 0.5],
      [key, 0.75],
    ])
    receive(7, REPLY, next.stamp, [
      [0, 0.25],
      [1, 0.125],
      [key, -0.5],
    ])
    expect(entriesOf(turn(2100))).toEqual([
      [0, 0.75],
      [1, 0.125],
      [key, 0.25],
    ])
  })

  test('a map keeps the smallest keys, and mass that is dropped is dropped on both sides', () => {
    const { turn, receive } = setUp({ instances: 2 })
    turn(100)
    const [reply] = receive(3, PUSH, 50, [
      [1, 1],
      [2, 1],
    ])
    expect(entriesOf(reply)).toEqual([
      [1, -0.5],
      [2, -0.5],
    ])
    receive(4, PUSH, 60, [[0, 0.5]])
    expect(entriesOf(turn(1100))).toEqual([
      [0, 0.25],
      [1, 0.25],
    ])
  })

  test.each([[[1e-320]], [[2e-308, 2e-308]]])('shares too small for a size say none: %s', (shares) => {
    const { protocol, receive } = setUp({ instances: shares.length })
    receive(
      ...([3, PUSH, 50] as const),
      shares.map((share, key) => [key, share] as const),
    )
    expect(protocol.estimate(0)).toBeNaN()
  })

  const malformed: [what: string, entries: readonly (readonly [number, number])[]][] = [
    [
      'a key twice',
      [
        [1, 0.5],
        [1, 0.5],
      ],
    ],
    [
      'keys out of order',
      [
        [2, 0.5],
        [1, 0.5],
      ],
    ],
    ['a negative key', [[-1, 0.5]]],
    [
      'more instances than there are',
      [
        [1, 0],
        [2, 0],
        [3, 0],
        [4, 0],
      ],
    ],
    ['NaN', [[1, Number.NaN]]],
  ]
  test.each(malformed)('%s has no effect', (_, entries) => {
    const { turn, receive } = setUp()
    const before = entriesOf(turn(100))
    expect(receive(3, PUSH, 50, entries)).toEqual([])
    expect(entriesOf(turn(1100))).toEqual(before)
  })

  test('peers lead with the probability that gives so many leaders, once they know the size', () => {
    const { kernels, ...rest } = parts(400)
    const counting = new Counting({ ...rest, instances: 100, leaders: 8, epochCycles: 15 })
    const simulation = host(counting, kernels, { peers: 400 })
    simulation.run(14.9 * PERIOD_MS)
    expect(counting.estimates(0)).toHaveLength(100)
    simulation.run(29.9 * PERIOD_MS)
    expect(Math.abs(counting.result(0) - 400)).toBeLessThan(20)
    expect(counting.estimates(0).length).toBeGreaterThan(1)
    expect(counting.estimates(0).length).toBeLessThan(20)
  })

  const invalid: Partial<CountingOptions>[] = [{ instances: 0 }, { instances: 256 }, { leaders: 0 }, { pending: 0 }]
  test.each(invalid)('is refused with %o', (options) => {
    expect(() => setUp(options)).toThrow(UsageError)
  })
})

describe('trimmedMean', () => {
  test('drops ⌊t/3⌋ at each end and averages the rest', () => {
    expect(trimmedMean([5])).toBe(5)
    expect(trimmedMean([1, 3])).toBe(2)
    expect(trimmedMean([900, 1, 2])).toBe(2)
    expect(trimmedMean([7, 1, 1000, 3, -50])).toBeCloseTo(11 / 3)
  })

  test('leaves out what is no number; of nothing there is no mean', () => {
    expect(trimmedMean([Number.NaN, 4])).toBe(4)
    expect(trimmedMean([])).toBeNaN()
    expect(trimmedMean([1, 2, Number.POSITIVE_INFINITY])).toBe(2)
  })
})
