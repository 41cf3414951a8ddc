import { describe, expect, test } from 'vitest'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { AggregationKind, Counting, PushPullAveraging } from '../../src/aggregation/index.ts'
import { STAMPS_PER_EPOCH, TICKS_PER_CYCLE } from '../../src/aggregation/epoch-stamp.ts'
import { at } from '../support.ts'
import { host, network, outages, parts, PERIOD_MS, range } from './support.ts'

const { push: PUSH, reply: REPLY, ask: ASK, notice: NOTICE } = AggregationKind
const SELF = 0
const OTHER = 7

/** A peer with the value 4, in epochs of ten cycles of a second, that has come online at a given time. */
function peerFrom(startMs: number) {
  const memory = new BufferMemory(64)
  const sampler = { selectPeer: () => OTHER }
  const protocol = new PushPullAveraging({ peers: 1, periodMs: 1000, sampler, values: [4], epochCycles: 10 })
  const context = new RecordingContext(memory, SELF)
  protocol.onStart(at(context, SELF, startMs))
  const turn = (now: number): SentMessage => {
    protocol.onTimeout(at(context, SELF, now))
    return context.takeSent()[0]
  }
  const receive = (kind: number, value: number, stamp: number, now: number): SentMessage[] => {
    protocol.onMessage(at(context, SELF, now), OTHER, messageOf(memory, { kind, value, stamp }))
    return context.takeSent()
  }
  const status = () => [protocol.participates(SELF), protocol.epoch(SELF), protocol.estimate(SELF)]
  return { protocol, context, turn, receive, status }
}

const stampAt = (epoch: number, cycle: number): number => epoch * STAMPS_PER_EPOCH + cycle * TICKS_PER_CYCLE

describe('epochs of a peer', () => {
  test('a founder takes part in epoch 0 at once', () => {
    expect(peerFrom(0).status()).toEqual([true, 0, 4])
    expect(peerFrom(999).status()).toEqual([true, 0, 4])
  })

  test('a late joiner waits, asks once a cycle, and takes part in no exchange', () => {
    const { turn, receive, status } = peerFrom(2500)
    expect(status()).toEqual([false, -1, 0])
    expect(turn(3000)).toMatchObject({ to: OTHER, kind: ASK, stamp: 0 })
    expect(receive(PUSH, 9, stampAt(5, 4), 3100)).toEqual([])
    expect(receive(ASK, 0, 0, 3200)).toEqual([])
    expect(status()).toEqual([false, 5, 0])
  })

  test('and enters the next epoch when the one that it has heard of ends', () => {
    const { turn, receive, status } = peerFrom(2500)
    receive(NOTICE, 0, stampAt(5, 4), 3000)
    expect(turn(8999).kind).toBe(ASK)
    expect(turn(9000)).toMatchObject({ kind: PUSH, value: 4, stamp: stampAt(6, 0) })
    expect(status()).toEqual([true, 6, 4])
  })

  test('or when it hears that the next one has just begun, but not in the midst of one', () => {
    const young = peerFrom(2500)
    young.receive(NOTICE, 0, stampAt(5, 9), 3000)
    expect(young.receive(PUSH, 8, stampAt(6, 1), 4500)).toMatchObject([{ kind: REPLY, value: -2 }])
    expect(young.status()).toEqual([true, 6, 6])
    const late = peerFrom(2500)
    late.receive(NOTICE, 0, stampAt(5, 9), 3000)
    expect(late.receive(PUSH, 8, stampAt(6, 5), 4500)).toEqual([])
    expect(late.status()).toEqual([false, 6, 0])
  })

  test('who hears of nothing for the length of an epoch founds epoch 0', () => {
    const { turn, status } = peerFrom(2500)
    expect(turn(12_499).kind).toBe(ASK)
    expect(turn(12_500).kind).toBe(PUSH)
    expect(status()).toEqual([true, 0, 4])
  })

  test('the higher epoch wins: a peer catches up at once, at the point where the sender is', () => {
    const { receive, turn, protocol } = peerFrom(0)
    receive(PUSH, 8, stampAt(0, 0), 100)
    expect(protocol.estimate(SELF)).toBe(6)
    expect(receive(PUSH, 8, stampAt(3, 2), 5000)).toMatchObject([{ kind: REPLY, value: -2, stamp: stampAt(3, 2) }])
    expect([protocol.epoch(SELF), protocol.finishedEpoch(SELF), protocol.result(SELF)]).toEqual([3, 0, 6])
    // Epoch 3 began two cycles before 5000.
    expect(turn(13_000).stamp).toBe(stampAt(4, 0))
  })

  test('an epoch that is left in its first half leaves no result', () => {
    const { receive, protocol } = peerFrom(0)
    receive(NOTICE, 0, stampAt(1, 0), 4999)
    expect([protocol.epoch(SELF), protocol.finishedEpoch(SELF)]).toEqual([1, -1])
  })

  test('a push of an earlier epoch is answered with a notice, and has no other effect', () => {
    const { receive, turn, status } = peerFrom(0)
    turn(10_000)
    expect(receive(PUSH, 8, stampAt(0, 9), 12_000)).toMatchObject([{ to: OTHER, kind: NOTICE, stamp: stampAt(1, 2) }])
    expect(receive(REPLY, 8, stampAt(0, 9), 12_000)).toEqual([])
    expect(status()).toEqual([true, 1, 4])
  })

  test('who is asked tells the epoch and how far it is', () => {
    expect(peerFrom(0).receive(ASK, 0, 0, 2500)).toMatchObject([{ kind: NOTICE, value: 0, stamp: stampAt(0, 2.5) }])
    // A peer whose next turn is overdue does not name a time that no epoch reaches.
    expect(peerFrom(0).receive(ASK, 0, 0, 99_000)).toMatchObject([{ stamp: stampAt(0, 11) - 1 }])
  })

  test.each([stampAt(1, 11), STAMPS_PER_EPOCH * 2 ** 25, Number.MAX_SAFE_INTEGER, Number.NaN, -1])(
    'a stamp of %s names no time, and has no effect',
    (stamp) => {
      const { receive, status } = peerFrom(0)
      for (const kind of [PUSH, REPLY, NOTICE]) expect(receive(kind, 8, stamp, 100)).toEqual([])
      expect(status()).toEqual([true, 0, 4])
    },
  )

  test('the last epoch that a stamp can name goes on for ever', () => {
    const { receive, turn, protocol } = peerFrom(0)
    receive(NOTICE, 0, stampAt(2 ** 25 - 1, 9), 100)
    expect(protocol.epoch(SELF)).toBe(2 ** 25 - 1)
    expect(Number.isSafeInteger(turn(50_000).stamp)).toBe(true)
    expect(protocol.epoch(SELF)).toBe(2 ** 25 - 1)
  })

  test('a peer that returns within its epoch goes on; one that returns later waits for the next', () => {
    const { protocol, context, receive, status, turn } = peerFrom(0)
    receive(PUSH, 8, stampAt(0, 0), 100)
    protocol.onStart(at(context, SELF, 9000))
    expect(status()).toEqual([true, 0, 6])
    protocol.onStart(at(context, SELF, 34_000))
    expect(status().slice(0, 2)).toEqual([false, 3])
    expect(turn(39_999).kind).toBe(ASK)
    expect(turn(40_000)).toMatchObject({ kind: PUSH, value: 4, stamp: stampAt(4, 0) })
  })

  test('a peer that has lost its state is a late joiner, with its local value', () => {
    const { protocol, context, status, turn } = peerFrom(0)
    turn(10_000)
    protocol.onForget(at(context, SELF, 12_000))
    protocol.onStart(at(context, SELF, 12_000))
    expect(status()).toEqual([false, -1, 0])
    expect([protocol.value(SELF), protocol.finishedEpoch(SELF)]).toEqual([4, -1])
    expect(protocol.result(SELF)).toBeNaN()
  })
})

describe('epochs of a population', () => {
  test('all peers go from epoch to epoch together, and each epoch says the mean of that time', () => {
    const peers = 300
    const { kernels, ...rest } = parts(peers)
    const averaging = new PushPullAveraging({ ...rest, values: range(peers) })
    const simulation = host(averaging, kernels, { peers, network: network(0.05) })
    simulation.run(20 * PERIOD_MS)
    for (const peer of range(peers)) averaging.setValue(peer, 1000)
    simulation.run(32 * PERIOD_MS)
    for (const peer of range(peers)) expect([averaging.epoch(peer), averaging.finishedEpoch(peer)]).toEqual([1, 0])
    for (const peer of range(peers)) expect(Math.abs(averaging.result(peer) - 149.5)).toBeLessThan(0.01)
    simulation.run(62 * PERIOD_MS)
    for (const peer of range(peers)) expect(averaging.result(peer)).toBe(1000)
  })

  test('joiners do not disturb the running epoch, and count in the next', () => {
    const peers = 400
    const { kernels, ...rest } = parts(peers)
    const counting = new Counting(rest)
    const joins = outages((peer) => (peer < 300 ? [] : [[0, (5 + (peer % 10)) * PERIOD_MS]]))
    const simulation = host(counting, kernels, { peers, network: network(0.05), availability: joins })
    simulation.run(32 * PERIOD_MS)
    for (const peer of range(300)) expect(Math.abs(counting.result(peer) - 300)).toBeLessThan(1)
    for (const peer of range(100)) expect(counting.finishedEpoch(300 + peer)).toBe(-1)
    simulation.run(62 * PERIOD_MS)
    for (const peer of range(peers)) expect(Math.abs(counting.result(peer) - 400)).toBeLessThan(1)
  })
})
