import { UsageError } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ReplicaStore, type ReplicaStoreOptions, TIMESTAMP_MAX } from '../../src/index.ts'
import { contents } from './support.ts'

function storeOf(options: Partial<ReplicaStoreOptions> = {}): ReplicaStore {
  return new ReplicaStore({ peers: 2, memory: new BufferMemory(4096), entries: 4, valueWords: 3, ...options })
}

describe('ReplicaStore', () => {
  test('keeps the newest version of each entry, in the order of ids', () => {
    const store = storeOf()
    expect([store.write(0, 9, [1], 5), store.write(0, 3, [2, 3], 1), store.write(0, 9, [7], 4)]).toEqual([
      ...[true, true, false],
    ])
    expect(store.ids(0)).toEqual([3, 9])
    expect(store.value(0, 9)).toEqual(Int32Array.of(1))
    expect([store.timestamp(0, 3), store.timestamp(0, 9), store.timestamp(0, 4)]).toEqual([1, 5, -1])
    expect(store.write(0, 9, [], 6)).toBe(true)
    expect([store.value(0, 9), store.value(1, 9)]).toEqual([new Int32Array(0), undefined])
  })

  test('a death certificate hides what is older, and wins a tie', () => {
    const store = storeOf()
    store.write(0, 1, [5], 10)
    expect([store.remove(0, 1, 9), store.remove(0, 1, 10), store.write(0, 1, [6], 10)]).toEqual([false, true, false])
    expect([store.ids(0), store.value(0, 1), store.timestamp(0, 1), store.size(0)]).toEqual([[], undefined, 10, 1])
    expect(store.write(0, 1, [6], 11)).toBe(true)
    expect(store.ids(0)).toEqual([1])
  })

  test('drops old certificates on request, and reuses their room', () => {
    const store = storeOf()
    for (const id of [1, 2, 3, 4]) store.write(0, id, [id, id], 1)
    expect([store.write(0, 5, [5], 1), store.overflows[0]]).toEqual([false, 1])
    store.remove(0, 2, 7)
    store.remove(0, 3, 8)
    store.expire(0, 8)
    expect([store.timestamp(0, 2), store.timestamp(0, 3), store.size(0)]).toEqual([-1, 8, 3])
    expect(store.write(0, 5, [5, 6], 1)).toBe(true)
    expect(contents(store, 0)).toEqual([
      [1, 2, [1, 1]],
      [3, 17, []],
      [4, 2, [4, 4]],
      [5, 2, [5, 6]],
    ])
  })

  test('is the same whatever the order in which versions arrive', () => {
    const version = fc.record({
      id: fc.integer({ min: 0, max: 3 }),
      time: fc.integer({ min: 0, max: 2 }),
      value: fc.option(fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 3 }), { nil: undefined }),
    })
    const orders = fc
      .array(version, { maxLength: 12 })
      .chain((versions) =>
        fc.tuple(fc.constant(versions), fc.shuffledSubarray(versions, { minLength: versions.length })),
      )
    fc.assert(
      fc.property(orders, (replicas) => {
        const store = storeOf()
        for (const [peer, versions] of replicas.entries()) {
          for (const { id, time, value } of versions) {
            if (value === undefined) store.remove(peer, id, time)
            else store.write(peer, id, value, time)
          }
        }
        expect(contents(store, 1)).toEqual(contents(store, 0))
        const sum = (peer: number): number => store.checksum(store.begin(peer), store.end(peer), 1)
        expect(sum(1)).toBe(sum(0))
      }),
    )
  })

  test('checksums tell apart what differs in an id, a version or a value', () => {
    const sums = [
      [1, [5], 3],
      [2, [5], 3],
      [1, [6], 3],
      [1, [5, 0], 3],
      [1, [5], 4],
      [1, [5], 3 + 2 ** 40],
      [1 + 2 ** 40, [5], 3],
    ].map(([id, value, time]) => {
      const store = storeOf()
      store.write(0, id as number, value as number[], time as number)
      return store.checksum(store.begin(0), store.end(0), 1)
    })
    expect(new Set(sums).size).toBe(sums.length)
  })

  test('refuses what it cannot hold', () => {
    const store = storeOf()
    for (const id of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => store.write(0, id, [], 0)).toThrow(UsageError)
    for (const time of [-1, 0.5, Number.NaN, TIMESTAMP_MAX + 1]) {
      expect(() => store.remove(0, 1, time)).toThrow(expect.objectContaining({ code: 'ENTRY' }))
    }
    expect(() => store.write(0, 1, [1, 2, 3, 4], 0)).toThrow(expect.objectContaining({ code: 'ENTRY' }))
    expect(store.write(0, Number.MAX_SAFE_INTEGER, [], TIMESTAMP_MAX)).toBe(true)
    expect(store.timestamp(0, Number.MAX_SAFE_INTEGER)).toBe(TIMESTAMP_MAX)
  })

  test.each([
    ['PEERS', { peers: 0 }],
    ['ENTRIES', { entries: 0 }],
    ['ENTRIES', { entries: 1e6 }],
    ['VALUE_WORDS', { valueWords: -1 }],
  ] as const)('refuses options: %s of %o', (code, options) => {
    expect(() => storeOf(options)).toThrow(expect.objectContaining({ code }))
  })
})
