import { type Message, randomStream } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext } from '@hearsay/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AntiEntropy, type AntiEntropyOptions, GroupSampler, ReplicaGuard, ReplicaStore } from '../../src/index.ts'
import { DIGEST, ENTRIES, GIVES, SUMMARY, TAKES, WANT } from '../../src/dissemination/anti-entropy.ts'
import { at } from '../support.ts'
import { contents, inTurn, kernels, ListArchive, mean, PERIOD_MS, simulate } from './support.ts'

interface Sent {
  readonly from: number
  readonly to: number
  readonly message: Message
  readonly kind: number
  readonly length: number
}

/** Two replicas, and the messages between them in the hand of the test. */
function pair(options: Partial<AntiEntropyOptions> = {}) {
  const memory = new BufferMemory(1 << 16)
  const store = new ReplicaStore({ peers: 2, memory, entries: 64, valueWords: 2 })
  const settings = { memory, store, periodMs: 100, digestEntries: 3, messageWords: 14, ...options }
  const protocols = [0, 1].map((self) => new AntiEntropy({ ...settings, sampler: inTurn(1 - self) }))
  const contexts = [0, 1].map((self) => new RecordingContext(memory, self))
  const sentBy = (self: number): Sent[] =>
    contexts[self].takeSent().map(({ to, kind, value, stamp, integers }) => {
      const message = messageOf(memory, { kind, value, stamp, integers })
      return { from: self, to, message, kind, length: integers.length }
    })
  const turn = (self: number): Sent[] => {
    protocols[self].onTimeout(contexts[self])
    return sentBy(self)
  }
  const deliver = ({ from, to, message }: Sent): Sent[] => {
    protocols[to].onMessage(contexts[to], from, message)
    return sentBy(to)
  }
  /** Delivers everything, and all that it leads to. Returns what was sent. */
  const settle = (self: number): Sent[] => {
    const all: Sent[] = []
    for (let pending = turn(self); pending.length > 0; pending = pending.flatMap(deliver)) all.push(...pending)
    return all
  }
  return { store, memory, protocols, contexts, turn, deliver, settle }
}

const kindsOf = (sent: readonly Sent[]): number[] => sent.map(({ kind }) => kind)

describe('AntiEntropy: an exchange', () => {
  test('of equal replicas costs one message', () => {
    const { store, settle } = pair()
    for (const peer of [0, 1]) for (let id = 0; id < 60; id++) store.write(peer, id, [id], 3)
    expect(kindsOf(settle(0))).toEqual([SUMMARY])
  })

  test.each([
    ['push', [SUMMARY, DIGEST, ENTRIES], [1, 2], [1, 2, 3]],
    ['pull', [SUMMARY, DIGEST, WANT, ENTRIES], [1, 2, 3], [2, 3]],
    ['push-pull', [SUMMARY, DIGEST, ENTRIES, WANT, ENTRIES], [1, 2, 3], [1, 2, 3]],
  ] as const)('by %s', (exchange, kinds, own, others) => {
    const { store, settle } = pair({ exchange })
    store.write(0, 1, [1], 1)
    for (const peer of [0, 1]) store.write(peer, 2, [2], 1)
    store.write(1, 3, [3], 1)
    expect(kindsOf(settle(0))).toEqual(kinds)
    expect([store.ids(0), store.ids(1)]).toEqual([own, others])
  })

  test('takes the newer of two versions, and certificates of death', () => {
    const { store, settle } = pair()
    store.write(0, 1, [10], 1)
    store.write(1, 1, [11], 2)
    store.write(0, 2, [20], 5)
    store.remove(1, 2, 6)
    settle(0)
    expect(contents(store, 0)).toEqual(contents(store, 1))
    expect([store.value(0, 1), store.ids(0)]).toEqual([Int32Array.of(11), [1]])
  })

  test('agrees where two wrote different values at the same time', () => {
    const { store, settle } = pair()
    store.write(0, 1, [10, 4], 1)
    store.write(1, 1, [10, 5], 1)
    settle(1)
    expect([store.value(0, 1), store.value(1, 1)]).toEqual([Int32Array.of(10, 5), Int32Array.of(10, 5)])
  })

  test('sends differences only, in messages of bounded size, however large the state', () => {
    const { store, settle } = pair()
    for (const peer of [0, 1]) for (let id = 0; id < 60; id++) store.write(peer, 3 * id, [id, id], 1)
    store.write(0, 100, [1], 1)
    store.write(1, 90, [2], 2)
    const sent = settle(0)
    expect(contents(store, 0)).toEqual(contents(store, 1))
    expect(Math.max(...sent.map(({ length }) => length))).toBeLessThanOrEqual(4 + 5 * 3)
    // Two entries, and halvings of 60 down to 3 for each of them.
    const entries = sent.filter(({ kind }) => kind === ENTRIES)
    expect(entries.reduce((sum, { length }) => sum + length, 0)).toBe(5 + 1 + (5 + 1))
    expect(sent.length).toBeLessThan(30)
  })

  test('sends no more messages in answer to one than allowed, and the rest in later turns', () => {
    const { store, settle } = pair({ messagesMax: 2, exchange: 'push' })
    for (let id = 0; id < 20; id++) store.write(0, id, [id, id], 1)
    // Two entries of seven words fit a message of fourteen.
    const sizes = Array.from({ length: 5 }, () => settle(0) && store.size(1))
    expect(sizes[0]).toBe(4)
    expect(sizes[1]).toBeLessThan(20)
    expect(sizes.at(-1)).toBe(20)
  })
})

describe('AntiEntropy: convergence', () => {
  const write = fc.record({
    peer: fc.integer({ min: 0, max: 1 }),
    id: fc.integer({ min: 0, max: 9 }),
    time: fc.integer({ min: 0, max: 3 }),
    value: fc.option(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 2 }), { nil: undefined }),
  })

  test('in whatever order messages arrive, twice or not at all, as long as some exchange gets through', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 20 }), fc.nat(), (writes, seed) => {
        const { store, turn, deliver, settle } = pair()
        const random = randomStream(seed)
        const pending: Sent[] = []
        for (const { peer, id, time, value } of writes) {
          if (value === undefined) store.remove(peer, id, time)
          else store.write(peer, id, value, time)
          pending.push(...turn(random.below(2)))
          for (let steps = random.below(4); steps > 0 && pending.length > 0; steps--) {
            const index = random.below(pending.length)
            const fate = random.below(4)
            // Lost; delivered; delivered and kept, to be delivered again.
            if (fate > 0) pending.push(...deliver(pending[index]))
            if (fate < 3) pending.splice(index, 1)
          }
        }
        settle(0)
        for (const late of pending) deliver(late)
        settle(1)
        expect(contents(store, 0)).toEqual(contents(store, 1))
      }),
      { numRuns: 60 },
    )
  })
})

/** Cycles until all of `n` replicas have one update that one had at first: the mean of `runs` groups. */
function cyclesToAll(n: number, runs: number, exchange: AntiEntropyOptions['exchange']): number {
  const host = kernels()
  const peers = n * runs
  const store = new ReplicaStore({ peers, memory: host.memory, entries: 1, valueWords: 0 })
  for (let group = 0; group < runs; group++) store.write(group * n, 1, [], 1)
  const sampler = new GroupSampler(n)
  const options = { memory: host.memory, store, sampler, periodMs: PERIOD_MS, synchronous: true }
  const simulation = simulate([new AntiEntropy({ ...options, exchange: exchange! })], { peers, kernels: host, seed: 3 })
  const cycles = new Float64Array(runs)
  for (let cycle = 1; cycles.includes(0); cycle++) {
    simulation.run(cycle * PERIOD_MS)
    for (let group = 0; group < runs; group++) {
      let missing = cycles[group] > 0 ? 1 : 0
      for (let peer = group * n; peer < (group + 1) * n && missing === 0; peer++) if (store.size(peer) === 0) missing++
      if (missing === 0) cycles[group] = cycle
    }
  }
  return mean(Array.from(cycles))
}

describe('AntiEntropy: speed', () => {
  // Pittel 1987 and Karp et al. 2000, with the constants that an independent simulation gave.
  test('push reaches all n replicas in log₂ n + ln n + 1.1 cycles', () => {
    expect(Math.abs(cyclesToAll(64, 200, 'push') - (Math.log2(64) + Math.log(64) + 1.1))).toBeLessThan(0.3)
  })

  test('push–pull in log₃ n + log₂ ln n', () => {
    const expected = Math.log(64) / Math.log(3) + Math.log2(Math.log(64))
    expect(Math.abs(cyclesToAll(64, 200, 'push-pull') - expected)).toBeLessThan(0.3)
  })
})

describe('AntiEntropy: strangers', () => {
  const max = [-1, 0x1fffff]
  const hostile: [what: string, kind: number, value: number, integers: number[]][] = [
    ['a summary without a range', SUMMARY, TAKES, [0, 0, 1]],
    ['a summary of a range that ends before it begins', SUMMARY, TAKES, [9, 0, 1, 0, 5, 5]],
    ['a summary of a range of no numbers', SUMMARY, TAKES, [0, -1, ...max, 5, 5]],
    ['a digest without a range', DIGEST, TAKES, [0, 0]],
    ['a digest that ends in a line', DIGEST, TAKES, [0, 0, ...max, 1, 0]],
    ['a digest of more lines than there may be', DIGEST, TAKES, [0, 0, ...max, ...new Array<number>(20).fill(0)]],
    ['a digest that may do nothing', DIGEST, Number.NaN, [0, 0, ...max]],
    ['a request for more than there may be', WANT, 0, new Array<number>(8).fill(1)],
    ['a request for half an id', WANT, 0, [1]],
    ['a request for what is not there', WANT, 0, [77, 0]],
    ['an entry cut short', ENTRIES, 0, [1, 0, 100, 0, 2, 5]],
    ['an entry of a negative length', ENTRIES, 0, [1, 0, 100, 0, -5, 1]],
    ['an entry with too long a value', ENTRIES, 0, [1, 0, 100, 0, 3, 1, 2, 3]],
    ['an entry of no version', ENTRIES, 0, [1, 0, 100, -1, 0]],
    ['an entry of no id', ENTRIES, 0, [1, 0x200000, 100, 0, 0]],
    ['a dead entry with a value', ENTRIES, 0, [1, 0, 101, 0, 1, 5]],
  ]
  test.each(hostile)('%s does nothing', (_, kind, value, integers) => {
    const { store, memory, protocols, contexts } = pair()
    store.write(0, 1, [4], 1)
    const before = contents(store, 0)
    protocols[0].onMessage(contexts[0], 1, messageOf(memory, { kind, value, integers }))
    expect(contents(store, 0)).toEqual(before)
    expect(contexts[0].takeSent()).toEqual([])
  })

  test('any words whatsoever leave a replica that can be read, and little is sent for them', () => {
    const word = fc.oneof(fc.integer({ min: -1, max: 5 }), fc.integer())
    const { store, memory, protocols, contexts } = pair()
    for (let id = 0; id < 12; id++) store.write(0, id, [id], 1)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), fc.array(word, { maxLength: 24 }), (kind, integers) => {
        const message = messageOf(memory, { kind, value: GIVES | TAKES, integers })
        protocols[0].onMessage(contexts[0], 1, message)
        expect(contexts[0].takeSent().length).toBeLessThanOrEqual(17)
        const ids = store.ids(0)
        expect(ids).toEqual(ids.toSorted((a, b) => a - b))
        expect(store.size(0)).toBeLessThanOrEqual(64)
      }),
    )
  })

  test('the guard refuses entries of the future and those that make no sense', () => {
    const memory = new BufferMemory(1024)
    const guard = new ReplicaGuard({ memory, valueWords: 2, timestampMax: (nowMs) => nowMs + 10 })
    const verdict = (integers: number[], kind = ENTRIES): unknown =>
      guard.inspect(messageOf(memory, { kind, integers }), 100)
    expect(verdict([1, 0, 220, 0, 1, 5, 2, 0, 201, 0, 0])).toBeUndefined()
    expect(verdict([1, 0, 222, 0, 0])).toBe('age-implausible')
    expect(verdict([1, 0, 200, 0, 3, 1, 2, 3])).toBe('dimension')
    expect(verdict([1, 0, 201, 0, 1, 1])).toBe('dimension')
    expect(verdict([1, 0, 200, -1, 0])).toBe('malformed')
    expect(verdict([1, 0, 200, 0, 2, 1])).toBe('malformed')
    expect(verdict([], 4)).toBe('kind')
    expect(verdict([], SUMMARY)).toBeUndefined()
  })
})

describe('AntiEntropy: state', () => {
  test('a peer that has lost its state gets it back', () => {
    const { store, protocols, contexts, settle } = pair()
    for (const peer of [0, 1]) for (let id = 0; id < 9; id++) store.write(peer, id, [id], 1)
    protocols[0].onForget(at(contexts[0], 0, 0))
    expect([store.size(0), store.size(1)]).toEqual([0, 9])
    settle(0)
    expect(contents(store, 0)).toEqual(contents(store, 1))
  })

  test('is saved with its replicas', () => {
    const saved = pair()
    for (const id of [4, 2, 3]) saved.store.write(0, id, [], id)
    saved.store.remove(0, 2, 9)
    const archive = new ListArchive()
    saved.protocols[0].persist(archive)
    const restored = pair()
    archive.restore(restored.protocols[0])
    expect(contents(restored.store, 0)).toEqual(contents(saved.store, 0))
    expect(contents(restored.store, 0)).toHaveLength(3)
  })

  test.each([
    ['DIGEST', { digestEntries: 0 }],
    ['MESSAGE_WORDS', { messageWords: 6 }],
    ['MESSAGES_MAX', { messagesMax: 0 }],
    ['PERIOD', { periodMs: -1 }],
  ] as const)('refuses options: %s of %o', (code, options) => {
    expect(() => pair(options)).toThrow(expect.objectContaining({ code }))
  })
})
