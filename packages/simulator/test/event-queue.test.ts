import { UsageError } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { Double, EventQueue, Word } from '../src/index.ts'

const INNER = 4096
const OUTER = INNER * INNER
const DAY_MS = 86_400_000

function insert(queue: EventQueue, time: number, id: number): void {
  const event = queue.insert(time)
  queue.words[event * 16 + Word.target] = id
}

/** Takes all that is due by `until`, as [time, id]. */
function takeAll(queue: EventQueue, until: number): [number, number][] {
  const taken: [number, number][] = []
  for (let event = queue.take(until); event >= 0; event = queue.take(until)) {
    taken.push([queue.doubles[event * 8 + Double.time], queue.words[event * 16 + Word.target]])
    queue.release(event)
  }
  return taken
}

describe('time', () => {
  test('is in whole milliseconds, and no event is before now', () => {
    const queue = new EventQueue()
    for (const [id, time] of [2.5, 2.4, -1, 0.49, Number.NEGATIVE_INFINITY].entries()) insert(queue, time, id)
    expect(takeAll(queue, 10)).toEqual([
      [0, 2],
      [0, 3],
      [0, 4],
      [2, 1],
      [3, 0],
    ])
    insert(queue, 4, 7)
    expect(takeAll(queue, 10)).toEqual([[10, 7]])
  })

  test('stands at an event that was taken, then at the end of what was asked for', () => {
    const queue = new EventQueue()
    expect(queue.now).toBe(0)
    insert(queue, 5, 1)
    queue.release(queue.take(100))
    expect(queue.now).toBe(5)
    expect(queue.take(100)).toBe(-1)
    expect(queue.now).toBe(100)
    expect(queue.take(50)).toBe(-1)
    expect(queue.now).toBe(100)
  })

  test('jumps where nothing is pending', () => {
    const queue = new EventQueue()
    const century = 36_525 * DAY_MS
    expect(queue.take(century)).toBe(-1)
    expect(queue.now).toBe(century)
    insert(queue, century + INNER, 1)
    insert(queue, century + 1, 2)
    expect(takeAll(queue, century + 2 * INNER)).toEqual([
      [century + 1, 2],
      [century + INNER, 1],
    ])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])('%d is refused, and costs no room', (time) => {
    const queue = new EventQueue(16)
    for (let i = 0; i < 100; i++) expect(() => queue.insert(time)).toThrow(UsageError)
    expect(queue.size).toBe(0)
    for (let i = 0; i < 16; i++) insert(queue, i, i)
    expect(queue.words).toHaveLength(16 * 16)
  })
})

describe('equals', () => {
  test.each([INNER, INNER + 1, 3 * INNER, OUTER, OUTER + 5 * INNER])(
    'keep the order of their insertion: time %d, inserted from near and far',
    (time) => {
      const queue = new EventQueue()
      const moments = [
        0,
        1,
        time - 10 * INNER,
        time - 2 * INNER,
        time - INNER - 1,
        time - INNER,
        time - 2,
        time - 1,
        time,
      ]
      let id = 0
      for (const moment of moments) {
        if (moment < queue.now) continue
        expect(queue.take(moment - 1)).toBe(-1)
        insert(queue, time, id++)
        insert(queue, time, id++)
      }
      expect(takeAll(queue, time)).toEqual(Array.from({ length: id }, (_, i) => [time, i]))
    },
  )

  test('include those that are inserted while their moment is handled', () => {
    const queue = new EventQueue()
    insert(queue, 7, 0)
    insert(queue, 7, 1)
    queue.release(queue.take(7))
    insert(queue, 7, 2)
    expect(takeAll(queue, 7)).toEqual([
      [7, 1],
      [7, 2],
    ])
  })
})

describe('room', () => {
  test('grows under pending events and keeps them', () => {
    const queue = new EventQueue(16)
    const times = Array.from({ length: 1000 }, (_, id) => (id * 7919) % 20_011)
    for (const [id, time] of times.entries()) insert(queue, time, id)
    const sorted = times.map((time, id) => [time, id]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
    expect(queue.size).toBe(1000)
    expect(takeAll(queue, 20_011)).toEqual(sorted)
    expect(queue.size).toBe(0)
  })

  test('is used again: a steady number of events never grows it', () => {
    const queue = new EventQueue(16)
    const { words } = queue
    for (let i = 0; i < 16; i++) insert(queue, i, i)
    for (let i = 16; i < 10_000; i++) {
      queue.release(queue.take(i))
      insert(queue, i, i)
    }
    expect(queue.words).toBe(words)
    expect(takeAll(queue, 10_000).map(([, id]) => id)).toEqual(Array.from({ length: 16 }, (_, i) => 9984 + i))
  })

  test('of a taken event stays readable until it is released', () => {
    const queue = new EventQueue(16)
    insert(queue, 1, 42)
    const held = queue.take(1)
    for (let i = 0; i < 100; i++) insert(queue, 2, i)
    expect(queue.words[held * 16 + Word.target]).toBe(42)
    expect(queue.doubles[held * 8 + Double.time]).toBe(1)
  })
})

test('events that are hours and days ahead come at their time', () => {
  const queue = new EventQueue()
  const times = [3 * DAY_MS, DAY_MS / 2, DAY_MS / 4 + 1, DAY_MS / 2, OUTER, 1]
  for (const [id, time] of times.entries()) insert(queue, time, id)
  expect(takeAll(queue, DAY_MS / 2)).toEqual([
    [1, 5],
    [OUTER, 4],
    [DAY_MS / 4 + 1, 2],
    [DAY_MS / 2, 1],
    [DAY_MS / 2, 3],
  ])
  expect(queue.size).toBe(1)
})

test('an event days ahead of an idle queue comes at its time', () => {
  const queue = new EventQueue()
  queue.take(2 * DAY_MS)
  insert(queue, 2 * DAY_MS + 5000, 1)
  expect(takeAll(queue, 2 * DAY_MS + 4999)).toEqual([])
  expect(takeAll(queue, 2 * DAY_MS + 5000)).toEqual([[2 * DAY_MS + 5000, 1]])
})
