import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EpochRows } from '../../src/aggregation/epoch-rows.ts'
import { STAMPS_PER_EPOCH, TICKS_PER_CYCLE } from '../../src/aggregation/epoch-stamp.ts'

const PERIOD_MS = 1000

function rows(overrides: Partial<ConstructorParameters<typeof EpochRows>[0]> = {}): EpochRows {
  return new EpochRows({ peers: 3, periodMs: PERIOD_MS, doubles: 1, pending: 2, remembered: 3, ...overrides })
}

describe('EpochRows', () => {
  test('fits all that an exchange of one number touches into 64 bytes', () => {
    expect(rows().bytesPerPeer).toBe(64)
    expect(rows({ doubles: 2, pending: 0, remembered: 0 }).bytesPerPeer).toBe(32)
    expect(rows({ doubles: 2, pending: 1, remembered: 11 }).bytesPerPeer).toBe(128)
  })

  test('knows which epoch a peer takes part in, or waits out', () => {
    const table = rows()
    expect([table.participates(1), table.epoch(1)]).toEqual([false, -1])
    table.wait(1, 0, 500)
    expect([table.participates(1), table.epoch(1), table.startMs(1)]).toEqual([false, 0, 500])
    table.begin(1, 7, 800)
    expect([table.participates(1), table.epoch(1), table.startMs(1)]).toEqual([true, 7, 800])
    expect([table.epoch(0), table.epoch(2)]).toEqual([-1, -1])
    table.forget(1)
    expect([table.participates(1), table.epoch(1), table.startMs(1)]).toEqual([false, -1, 0])
  })

  test('stamps tell the epoch and the ticks since it began; no two exchanges have the same', () => {
    const table = rows()
    table.begin(0, 5, 1000)
    const first = 5 * STAMPS_PER_EPOCH
    expect(table.stamp(0, 1000)).toBe(first)
    expect(table.stamp(0, 3500)).toBe(first + 2.5 * TICKS_PER_CYCLE)
    expect(table.initiate(0, 3500, 1)).toBe(first + 2.5 * TICKS_PER_CYCLE)
    expect(table.initiate(0, 3500, 1)).toBe(first + 2.5 * TICKS_PER_CYCLE + 1)
    // A clock that has gone back does not repeat a stamp.
    expect(table.initiate(0, 0, 1)).toBe(first + 2.5 * TICKS_PER_CYCLE + 2)
  })

  test('a reply settles the exchange that awaits it, once, and none of another partner', () => {
    const table = rows()
    table.begin(0, 0, 0)
    const tick = table.initiate(0, 0, 2)
    expect(table.settle(0, 1, tick)).toBe(false)
    expect(table.settle(0, 2, tick + 1)).toBe(false)
    expect(table.awaits(0, 2, tick)).toBe(true)
    expect(table.settle(0, 2, tick)).toBe(true)
    expect(table.awaits(0, 2, tick)).toBe(false)
    expect(table.settle(0, 2, tick)).toBe(false)
  })

  test('awaits the last `pending` exchanges, whatever the order of their replies', () => {
    const table = rows({ pending: 2 })
    table.begin(0, 0, 0)
    const ticks = [0, 1000, 2000].map((now) => table.initiate(0, now, 1))
    expect(ticks.map((tick) => table.settle(0, 1, tick))).toEqual([false, true, true])
  })

  test('accepts an exchange once, and one that `remembered` others have overtaken not at all', () => {
    const table = rows({ remembered: 3 })
    table.begin(0, 0, 0)
    const accepted = [
      [1, 10],
      [1, 10],
      [2, 10],
      [3, 12],
      [3, 11],
      [4, 11],
      [2, 10],
      [5, 10],
      [3, 13],
    ].map(([from, tick]) => table.accept(0, from, tick))
    expect(accepted).toEqual([true, false, true, true, false, true, false, false, true])
  })

  test('one peer alone takes one place, so that it cannot shut out the others', () => {
    const table = rows({ remembered: 3 })
    table.begin(0, 0, 0)
    for (let tick = 1000; tick < 1100; tick++) expect(table.accept(0, 9, tick)).toBe(true)
    expect(table.accept(0, 1, 5)).toBe(true)
    expect(table.accept(0, 2, 6)).toBe(true)
  })

  test('accepts no exchange twice, however late and in whatever order its copies come', () => {
    const push = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 12 }))
    const run = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.array(push, { maxLength: 200 }))
    fc.assert(
      fc.property(run, ([remembered, pushes]) => {
        const table = rows({ remembered })
        table.begin(1, 3, 0)
        const accepted = pushes.filter(([from, tick]) => table.accept(1, from, tick)).map((push) => push.join())
        expect(new Set(accepted).size).toBe(accepted.length)
      }),
      { numRuns: 500 },
    )
  })

  test('accepts every exchange that comes in the order of its tick', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }), (senders) => {
        const table = rows()
        table.begin(0, 0, 0)
        expect(senders.every((from, tick) => table.accept(0, from, tick))).toBe(true)
      }),
    )
  })

  test('a new epoch begins with empty memories', () => {
    const table = rows()
    table.begin(0, 0, 0)
    const tick = table.initiate(0, 2000, 1)
    table.accept(0, 2, 900)
    table.begin(0, 1, 30_000)
    expect(table.settle(0, 1, tick)).toBe(false)
    expect(table.accept(0, 2, 0)).toBe(true)
    expect(table.initiate(0, 30_000, 1)).toBe(STAMPS_PER_EPOCH)
  })
})
