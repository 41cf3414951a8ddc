import { UsageError } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { AggregationKind, PushPullAveraging, type PushPullAveragingOptions } from '../../src/aggregation/index.ts'
import { at } from '../support.ts'

const { push: PUSH, reply: REPLY } = AggregationKind
const SELF = 0
const OTHER = 7

function setUp(values: readonly number[], options: Partial<PushPullAveragingOptions> = {}) {
  const memory = new BufferMemory(64)
  const sampler = { selectPeer: () => OTHER }
  const protocol = new PushPullAveraging({ peers: values.length, periodMs: 1000, sampler, values, ...options })
  const context = new RecordingContext(memory, SELF)
  protocol.onStart(at(context, SELF, 0))
  const turn = (now: number): SentMessage => {
    protocol.onTimeout(at(context, SELF, now))
    return context.takeSent()[0]
  }
  const receive = (from: number, kind: number, value: number, stamp: number, now = 0): SentMessage[] => {
    protocol.onMessage(at(context, SELF, now), from, messageOf(memory, { kind, value, stamp }))
    return context.takeSent()
  }
  return { protocol, context, turn, receive }
}

describe('PushPullAveraging: an exchange', () => {
  test('a turn pushes the estimate to the selected peer', () => {
    const { turn } = setUp([4])
    expect(turn(500)).toEqual({ to: OTHER, kind: PUSH, value: 4, stamp: 128, integers: [], floats: [] })
  })

  test('a push is answered with half the difference, which the receiver subtracts', () => {
    const { receive, protocol } = setUp([4])
    expect(receive(3, PUSH, 10, 77)).toMatchObject([{ to: 3, kind: REPLY, value: -3, stamp: 77 }])
    expect(protocol.estimate(SELF)).toBe(7)
  })

  test('a reply adds the difference, also where the estimate has moved since the push', () => {
    const { turn, receive, protocol } = setUp([4])
    const { stamp } = turn(500)
    receive(3, PUSH, 10, 77)
    expect(protocol.awaits(SELF, OTHER, stamp)).toBe(true)
    expect(receive(OTHER, REPLY, -3, stamp)).toEqual([])
    expect(protocol.estimate(SELF)).toBe(4)
    expect(protocol.awaits(SELF, OTHER, stamp)).toBe(false)
  })

  test('by value, the reply carries the estimate before the exchange, and both move to the mean', () => {
    const { turn, receive, protocol } = setUp([4], { form: 'value' })
    expect(receive(3, PUSH, 10, 77)).toMatchObject([{ kind: REPLY, value: 4 }])
    expect(protocol.estimate(SELF)).toBe(7)
    receive(OTHER, REPLY, 1, turn(500).stamp)
    expect(protocol.estimate(SELF)).toBe(4)
  })

  test('neither a second copy of a push nor one of a reply has an effect', () => {
    const { turn, receive, protocol } = setUp([4])
    receive(3, PUSH, 10, 77)
    expect(receive(3, PUSH, 10, 77)).toEqual([])
    const { stamp } = turn(500)
    receive(OTHER, REPLY, 2, stamp)
    receive(OTHER, REPLY, 2, stamp)
    expect(protocol.estimate(SELF)).toBe(9)
  })

  test('a reply that nobody awaits has no effect', () => {
    const { turn, receive, protocol } = setUp([4])
    const { stamp } = turn(500)
    receive(3, REPLY, 2, stamp)
    receive(OTHER, REPLY, 2, stamp + 1)
    expect(protocol.estimate(SELF)).toBe(4)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%s has no effect', (value) => {
    const { turn, receive, protocol } = setUp([4])
    expect(receive(3, PUSH, value, 77)).toEqual([])
    receive(OTHER, REPLY, value, turn(500).stamp)
    expect(protocol.estimate(SELF)).toBe(4)
  })

  test('estimates stay finite, whatever finite numbers come', () => {
    const { turn, receive, protocol } = setUp([-Number.MAX_VALUE])
    receive(3, PUSH, Number.MAX_VALUE, 1)
    expect(protocol.estimate(SELF)).toBe(0)
    receive(OTHER, REPLY, Number.MAX_VALUE, turn(500).stamp)
    receive(OTHER, REPLY, Number.MAX_VALUE, turn(1500).stamp)
    expect(protocol.estimate(SELF)).toBe(Number.MAX_VALUE)
  })

  test('what is sent keeps within the range, and mass is conserved all the same', () => {
    const { turn, receive, protocol } = setUp([1], { range: { min: 0, max: 1 } })
    receive(OTHER, REPLY, 0.5, turn(100).stamp)
    expect(protocol.estimate(SELF)).toBe(1.5)
    expect(turn(1100).value).toBe(1)
    expect(receive(3, PUSH, 0, 5)).toMatchObject([{ value: 0.5 }])
    expect(protocol.estimate(SELF)).toBe(1)
  })
})

describe('PushPullAveraging: local values', () => {
  test('a value counts from the next epoch on, whose predecessor leaves a result', () => {
    const { protocol, turn } = setUp([4], { epochCycles: 3 })
    protocol.setValue(SELF, 9)
    turn(2999)
    expect([protocol.value(SELF), protocol.estimate(SELF), protocol.finishedEpoch(SELF)]).toEqual([9, 4, -1])
    expect(protocol.result(SELF)).toBeNaN()
    turn(3000)
    expect([protocol.estimate(SELF), protocol.result(SELF)]).toEqual([9, 4])
    expect([protocol.epoch(SELF), protocol.finishedEpoch(SELF)]).toEqual([1, 0])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 2])('%s is no local value', (value) => {
    const { protocol } = setUp([0.5], { range: { min: 0, max: 1 } })
    expect(() => protocol.setValue(SELF, value)).toThrow(UsageError)
    expect(protocol.value(SELF)).toBe(0.5)
  })

  const invalid: Partial<PushPullAveragingOptions>[] = [
    { peers: 0 },
    { peers: 1.5 },
    { periodMs: 0 },
    { epochCycles: 0 },
    { epochCycles: 2 ** 20 },
    { foundingMs: -1 },
    { pending: 0 },
    { remembered: 1025 },
    { range: { min: 1, max: 1 } },
    { range: { min: Number.NEGATIVE_INFINITY, max: 1 } },
    { values: [Number.NaN] },
  ]
  test.each(invalid)('is refused with %o', (options) => {
    expect(() => setUp([1], options)).toThrow(UsageError)
  })
})
