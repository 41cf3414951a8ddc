import { type Guard, UsageError } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { type MessageContent, messageOf } from '@hearsay/testkit'
import type { NetworkModel } from '@hearsay/simulator'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  AggregateGuard,
  AggregationKind,
  Counting,
  type EpochProtocol,
  Extrema,
  Moments,
  PushPullAveraging,
  PushSum,
  Quantiles,
  TopK,
} from '../../src/aggregation/index.ts'
import { STAMPS_PER_EPOCH, TICKS_PER_CYCLE } from '../../src/aggregation/epoch-stamp.ts'
import { host, network, parts, PERIOD_MS, range, uniformValues } from './support.ts'

const { push: PUSH, reply: REPLY, ask: ASK, notice: NOTICE } = AggregationKind
const memory = new BufferMemory(1 << 16)
const options = { memory, peers: 2, periodMs: 1000, sampler: { selectPeer: () => 1 }, range: { min: -2, max: 6 } }
const [nan, infinite] = [Number.NaN, Number.POSITIVE_INFINITY]

/** Float64 as words. */
const words = (...doubles: number[]): number[] => [...new Int32Array(Float64Array.from(doubles).buffer)]

const protocols: Record<string, EpochProtocol> = {
  averaging: new PushPullAveraging(options),
  byValue: new PushPullAveraging({ ...options, form: 'value' }),
  pushSum: new PushSum(options),
  moments: new Moments(options),
  quantiles: new Quantiles({ ...options, thresholds: [0, 1] }),
  extrema: new Extrema(options),
  topK: new TopK({ ...options, k: 2, ids: [1, 2] }),
  counting: new Counting({ ...options, instances: 2 }),
}

const inspect = (protocol: string, content: MessageContent, nowMs = 1000): string | undefined =>
  new AggregateGuard(protocols[protocol]).inspect(messageOf(memory, content), nowMs)

describe('AggregateGuard: values', () => {
  const cases: [refusal: string | undefined, protocol: string, content: MessageContent][] = [
    [undefined, 'averaging', { kind: PUSH, value: 6 }],
    ['value', 'averaging', { kind: PUSH, value: 6.1 }],
    ['not-finite', 'averaging', { kind: PUSH, value: nan }],
    ['not-finite', 'averaging', { kind: REPLY, value: -infinite }],
    ['dimension', 'averaging', { kind: PUSH, value: 1, integers: [1] }],
    [undefined, 'averaging', { kind: REPLY, value: -4 }],
    ['value', 'averaging', { kind: REPLY, value: -4.1 }],
    ['value', 'byValue', { kind: REPLY, value: -2.1 }],
    [undefined, 'pushSum', { kind: PUSH, integers: words(1.2, 0.2) }],
    ['value', 'pushSum', { kind: PUSH, integers: words(1.3, 0.2) }],
    ['value', 'pushSum', { kind: PUSH, integers: words(1, -1) }],
    ['kind', 'pushSum', { kind: REPLY, integers: words(1, 1) }],
    ['not-finite', 'pushSum', { kind: PUSH, integers: words(1, infinite) }],
    ['dimension', 'pushSum', { kind: PUSH, integers: words(1) }],
    [undefined, 'moments', { kind: PUSH, integers: words(-2, 36) }],
    ['value', 'moments', { kind: PUSH, integers: words(-2, 36.1) }],
    ['value', 'moments', { kind: PUSH, integers: words(0, -0.1) }],
    [undefined, 'moments', { kind: REPLY, integers: words(-4, -18) }],
    ['value', 'moments', { kind: REPLY, integers: words(-4, -18.1) }],
    ['value', 'quantiles', { kind: PUSH, integers: words(0, 1.5) }],
    ['dimension', 'quantiles', { kind: PUSH, integers: words(0, 1, 1) }],
    [undefined, 'extrema', { kind: REPLY, integers: words(1, 1) }],
    ['value', 'extrema', { kind: REPLY, integers: words(1, 0) }],
    ['value', 'extrema', { kind: PUSH, integers: words(1, 7) }],
    [undefined, 'topK', { kind: PUSH, integers: [9, ...words(6)] }],
    ['value', 'topK', { kind: PUSH, integers: [9, ...words(7)] }],
    ['malformed', 'topK', { kind: PUSH, integers: [-9, ...words(6)] }],
    ['dimension', 'topK', { kind: PUSH, integers: [1, 2, 3, ...words(1, 2, 3)] }],
    [undefined, 'counting', { kind: PUSH, integers: [1, 2, ...words(0, 1)] }],
    [undefined, 'counting', { kind: PUSH }],
    ['malformed', 'counting', { kind: PUSH, integers: [2, 1, ...words(0, 1)] }],
    ['value', 'counting', { kind: PUSH, integers: [1, ...words(1.01)] }],
    ['value', 'counting', { kind: REPLY, integers: [1, ...words(0.51)] }],
    ['not-finite', 'counting', { kind: REPLY, integers: [1, ...words(nan)] }],
    ['dimension', 'counting', { kind: REPLY, integers: [1, 2] }],
  ]
  test.each(cases)('answers %s: %s, %o', (refusal, protocol, content) => {
    expect(inspect(protocol, content)).toBe(refusal)
  })
})

describe('AggregateGuard: headers', () => {
  const stampOf = (epoch: number, cycle: number): number => epoch * STAMPS_PER_EPOCH + cycle * TICKS_PER_CYCLE

  const cases: [refusal: string | undefined, content: MessageContent][] = [
    ['kind', { kind: 4 }],
    ['kind', { kind: nan }],
    [undefined, { kind: ASK }],
    [undefined, { kind: NOTICE, stamp: stampOf(0, 2) }],
    ['malformed', { kind: ASK, value: 1 }],
    ['malformed', { kind: NOTICE, integers: [1] }],
    ['age-invalid', { kind: PUSH, stamp: -1 }],
    ['age-invalid', { kind: PUSH, stamp: 0.5 }],
    ['age-invalid', { kind: PUSH, stamp: nan }],
    ['age-invalid', { kind: PUSH, stamp: 2 ** 53 }],
    ['age-invalid', { kind: PUSH, stamp: stampOf(0, 31) }],
    ['age-implausible', { kind: PUSH, stamp: stampOf(1, 0) }],
    ['age-implausible', { kind: NOTICE, stamp: stampOf(2 ** 25 - 1, 0) }],
    ['age-implausible', { kind: PUSH, stamp: stampOf(0, 5) }],
  ]
  test.each(cases)('answers %s: %o', (refusal, content) => {
    expect(inspect('averaging', content)).toBe(refusal)
  })

  test('admits an epoch once it can have begun', () => {
    const notice = { kind: NOTICE, stamp: stampOf(10, 0) }
    expect(inspect('averaging', notice, 280_000)).toBe('age-implausible')
    expect(inspect('averaging', notice, 300_000)).toBeUndefined()
    expect(inspect('averaging', notice, nan)).toBe('age-implausible')
  })

  test('holds for any content whatsoever, without an effect', () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    const content = fc.record({
      kind: fc.integer({ min: -1, max: 5 }),
      value: fc.double(),
      stamp: fc.oneof(fc.double(), fc.maxSafeNat()),
      integers: fc.array(word, { maxLength: 8 }),
    })
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(protocols)), content, fc.double(), (protocol, fields, nowMs) => {
        const guard: Guard = new AggregateGuard(protocol)
        const message = messageOf(memory, fields)
        const refusal = guard.inspect(message, nowMs)
        expect(guard.inspect(message, nowMs)).toBe(refusal)
        expect([...memory.int32.slice(message.offset, message.offset + message.length)]).toEqual(fields.integers)
      }),
    )
  })

  test.each([-1, nan])('is refused with a skew of %s', (skewMs) => {
    expect(() => new AggregateGuard(protocols.averaging, { skewMs })).toThrow(UsageError)
  })
})

describe('AggregateGuard in a run', () => {
  test('refuses no honest message, though exchanges overlap; none is longer than announced', () => {
    const peers = 150
    const { kernels, ...rest } = parts(peers)
    const all = { ...rest, values: uniformValues(peers), range: { min: 0, max: 1 } }
    const honest = [
      new PushPullAveraging(all),
      new PushSum(all),
      new Moments(all),
      new Quantiles({ ...all, thresholds: [0.3, 0.6] }),
      new Extrema(all),
      new TopK({ ...all, k: 3, ids: range(peers) }),
      new Counting(all),
    ]
    for (const protocol of honest) {
      const guard = new AggregateGuard(protocol)
      let longest = 0
      const { transfer } = network(0.9)
      const watched: NetworkModel = {
        transfer: (random, from, to, length, now) => {
          longest = Math.max(longest, length)
          return transfer(random, from, to, length, now)
        },
      }
      const simulation = host(protocol, kernels, { peers, guard, network: watched })
      simulation.run(33 * PERIOD_MS)
      expect(simulation.counters.refused).toBe(0)
      expect(simulation.counters.delivered).toBeGreaterThan(4000)
      expect(longest).toBe(protocol.payloadWordsMax)
    }
  })
})
