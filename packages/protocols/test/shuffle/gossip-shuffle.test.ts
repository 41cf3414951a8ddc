import { randomStream } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import { describeProtocol, MemoryArchive, type Population, ScriptedPopulation } from '@hearsay/testkit/conformance'
import { describe, expect, test } from 'vitest'
import {
  coverage,
  GossipShuffle,
  type GossipShuffleOptions,
  replication,
  ShuffleKind,
  UniformSampler,
} from '../../src/index.ts'
import { at } from '../support.ts'

const range = (length: number): number[] => Array.from({ length }, (_, i) => i)
const SELF = 0
const PARTNER = 1

function setUp(options: Partial<GossipShuffleOptions> = {}) {
  const memory = new BufferMemory(4096)
  const protocol = new GossipShuffle({
    peers: 5,
    memory,
    sampler: { selectPeer: () => PARTNER },
    items: 64,
    cacheSize: 4,
    exchangeSize: 2,
    periodMs: 100,
    jitter: 0,
    ...options,
  })
  for (const item of [1, 2, 3, 4]) protocol.caches.insert(SELF, item)
  const context = new RecordingContext(memory, SELF)
  protocol.onStart(at(context, SELF, 0))
  context.takeTimers()
  const receive = (from: number, kind: number, items: readonly number[], stamp: number, now: number): void => {
    const integers = [0, 0]
    for (const item of items) integers[item >> 5] |= 1 << (item & 31)
    protocol.onMessage(at(context, SELF, now), from, messageOf(memory, { kind, stamp, integers }))
  }
  const ask = (now: number) => {
    protocol.onTimeout(at(context, SELF, now))
    return context.takeSent()[0]
  }
  return { protocol, context, memory, receive, ask, held: () => protocol.caches.heldBy(SELF) }
}

const itemsOf = (integers: readonly number[]): number[] =>
  range(32 * integers.length).filter((item) => ((integers[item >> 5] >>> (item & 31)) & 1) === 1)

describe('GossipShuffle', () => {
  test('offers s of its items, and on the answer keeps what came in place of what it sent', () => {
    const { ask, receive, held, context } = setUp()
    const request = ask(50)
    const sent = itemsOf(request.integers)
    expect(request).toMatchObject({ to: PARTNER, kind: ShuffleKind.request })
    expect(sent).toHaveLength(2)
    expect(context.takeTimers()).toEqual([{ timer: 0, delayMs: 100 }])
    receive(PARTNER, ShuffleKind.reply, [10, 20], request.stamp, 60)
    expect(held()).toEqual([...[1, 2, 3, 4].filter((item) => !sent.includes(item)), 10, 20])
  })

  test('answers with s items of its own and makes the exchange at once', () => {
    const { receive, held, context } = setUp()
    receive(3, ShuffleKind.request, [1, 40], 77, 10)
    const [reply] = context.takeSent()
    expect(reply).toMatchObject({ to: 3, kind: ShuffleKind.reply, stamp: 77 })
    expect(itemsOf(reply.integers)).toHaveLength(2)
    expect(held()).toEqual(expect.arrayContaining([1, 40]))
    expect(held()).toHaveLength(4)
  })

  test('turns others away while it awaits an answer, until its patience ends', () => {
    const { ask, receive, held, context } = setUp({ patienceMs: 20 })
    const { stamp } = ask(50)
    receive(3, ShuffleKind.request, [40], 7, 70)
    expect(context.takeSent()).toMatchObject([{ to: 3, kind: ShuffleKind.busy, stamp: 7, integers: [] }])
    receive(3, ShuffleKind.request, [40], 8, 71)
    expect(context.takeSent()).toMatchObject([{ to: 3, kind: ShuffleKind.reply }])
    const after = held()
    receive(PARTNER, ShuffleKind.reply, [50, 51], stamp, 72)
    expect(held()).toEqual(after)
  })

  test.each([
    ['a busy partner', ShuffleKind.busy],
    ['a partner that cannot be reached', undefined],
  ])('is free again after %s', (_name, kind) => {
    const { ask, receive, protocol, context } = setUp()
    const { stamp } = ask(50)
    if (kind === undefined) protocol.onPeerUnreachable(context, PARTNER)
    else receive(PARTNER, kind, [], stamp, 51)
    receive(3, ShuffleKind.request, [40], 8, 52)
    expect(context.takeSent()).toMatchObject([{ kind: ShuffleKind.reply }])
  })

  test('ignores answers of another peer, to another request, twice, and choices that are none', () => {
    const { ask, receive, held, context } = setUp()
    const before = held()
    receive(PARTNER, ShuffleKind.reply, [10], 0, 10)
    const { stamp } = ask(50)
    receive(3, ShuffleKind.reply, [10], stamp, 51)
    receive(PARTNER, ShuffleKind.reply, [10], stamp + 1, 51)
    receive(PARTNER, ShuffleKind.reply, [10, 11, 12], stamp, 51)
    receive(3, ShuffleKind.request, [10, 11, 12], 5, 90)
    expect(held()).toEqual(before)
    expect(context.takeSent()).toEqual([])
    receive(PARTNER, ShuffleKind.reply, [10], stamp, 52)
    const after = held()
    receive(PARTNER, ShuffleKind.reply, [11], stamp, 53)
    expect([after.includes(10), held()]).toEqual([true, after])
  })

  test('has after a loss of state what it began with', () => {
    const { protocol, context, ask, receive, held } = setUp()
    const { stamp } = ask(50)
    receive(PARTNER, ShuffleKind.reply, [10, 20], stamp, 60)
    protocol.onForget(at(context, SELF, 70))
    expect(held()).toEqual([1, 2, 3, 4])
    expect(protocol.caches.hasSeen(SELF, 10)).toBe(false)
    protocol.onStart(at(context, SELF, 80))
    expect(ask(90).stamp).toBeGreaterThan(stamp)
  })

  test('goes on from what was saved', () => {
    const one = setUp()
    const { stamp } = one.ask(50)
    const other = setUp()
    other.ask(40)
    const archive = new MemoryArchive()
    one.protocol.persist(archive)
    other.protocol.persist(archive.reader())
    for (const { receive } of [one, other]) receive(PARTNER, ShuffleKind.reply, [10], stamp, 60)
    expect(other.held()).toContain(10)
    expect(other.held().length).toBe(one.held().length)
  })

  test('spreads an item to all, c/n of whom hold it, and loses none', () => {
    const peers = 100
    const memory = new BufferMemory(4096)
    const sampler = new UniformSampler(peers)
    const sizes = { items: 50, cacheSize: 10, exchangeSize: 5 }
    const protocol = new GossipShuffle({ peers, memory, sampler, ...sizes, periodMs: 1000 })
    protocol.caches.insert(0, 0)
    protocol.caches.fill(randomStream(1), 1)
    const population = { size: peers, numbers: range(peers) }
    const host = new ScriptedPopulation(protocol, memory, population, { seed: 3 })
    host.start()
    host.run(60 * peers * 3)
    const { caches } = protocol
    expect(coverage(caches, 0)).toBe(1)
    const shares = range(50).map((item) => replication(caches, item))
    // Exchanges under way at this moment are half done: what one has given away the other may still hold.
    expect(Math.abs(shares.reduce((sum, share) => sum + share) / 50 - 0.2)).toBeLessThan(0.005)
    expect(Math.min(...shares)).toBeGreaterThan(0)
    expect(Math.abs(shares[0] - 0.2)).toBeLessThan(0.16)
  })

  test.each([-1, Number.NaN])('has no patience of %d ms', (patienceMs) => {
    expect(() => setUp({ patienceMs })).toThrow(expect.objectContaining({ code: 'PATIENCE' }))
  })
})

describeProtocol('GossipShuffle', ({ size, numbers }: Population) => {
  const memory = new BufferMemory(4096)
  const next = {
    selectPeer: (context: { self: number; random: { below(bound: number): number } }): number =>
      numbers[(numbers.indexOf(context.self) + 1 + context.random.below(3)) % size],
  }
  const protocol = new GossipShuffle({
    peers: size,
    memory,
    sampler: next,
    items: 40,
    cacheSize: 6,
    exchangeSize: 3,
    periodMs: 100,
  })
  for (let label = 0; label < size; label++)
    for (let i = 0; i < 6; i++) protocol.caches.insert(numbers[label], (5 * label + i) % 40)
  const state = (label: number): unknown => {
    const seen = range(40).filter((item) => protocol.caches.hasSeen(numbers[label], item))
    return { held: protocol.caches.heldBy(numbers[label]), seen }
  }
  return { protocol, memory, state }
})
