import { describe, expect, test } from 'vitest'
import { ticksOf } from '../../src/events/timing-wheel.ts'
import { WheelHarness } from './wheel-harness.ts'

const INNER = 4096
const OUTER = 2048 * INNER
const DAY_MS = 86_400_000

describe('time', () => {
  test.each([
    [2.5, 3],
    [2.4, 2],
    [0.49, 0],
    [-1, 0],
    [Number.NEGATIVE_INFINITY, 0],
  ])('a delay of %d ms is %d ticks', (delayMs, ticks) => {
    expect(ticksOf(delayMs)).toBe(ticks)
  })

  test('stands at an event that was taken, then at the end of what was asked for', () => {
    const queue = new WheelHarness()
    expect(queue.now).toBe(0)
    queue.insert(5, 1)
    expect(queue.take(100)).toEqual([5, 1])
    expect(queue.now).toBe(5)
    expect(queue.take(100)).toBeUndefined()
    expect(queue.now).toBe(100)
    expect(queue.take(50)).toBeUndefined()
    expect(queue.now).toBe(100)
  })

  test('jumps where nothing is pending', () => {
    const queue = new WheelHarness()
    const century = 36_525 * DAY_MS
    expect(queue.take(century)).toBeUndefined()
    expect(queue.now).toBe(century)
    queue.insert(century + INNER, 1)
    queue.insert(century + 1, 2)
    expect(queue.takeAll(century + 2 * INNER)).toEqual([
      [century + 1, 2],
      [century + INNER, 1],
    ])
  })
})

describe('equals', () => {
  test.each([INNER, INNER + 1, 3 * INNER, OUTER, OUTER + 5 * INNER])(
    'keep the order of their insertion: time %d, inserted from near and far',
    (time) => {
      const queue = new WheelHarness()
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
        expect(queue.take(moment - 1)).toBeUndefined()
        queue.insert(time, id++)
        queue.insert(time, id++)
      }
      expect(queue.takeAll(time)).toEqual(Array.from({ length: id }, (_, i) => [time, i]))
    },
  )

  test('include those that are inserted while their moment is handled', () => {
    const queue = new WheelHarness()
    queue.insert(7, 0)
    queue.insert(7, 1)
    queue.take(7)
    queue.insert(7, 2)
    expect(queue.takeAll(7)).toEqual([
      [7, 1],
      [7, 2],
    ])
  })
})

describe('room', () => {
  test('grows under pending events and keeps them', () => {
    const queue = new WheelHarness(16)
    const times = Array.from({ length: 1000 }, (_, id) => (id * 7919) % 20_011)
    for (const [id, time] of times.entries()) queue.insert(time, id)
    const sorted = times.map((time, id) => [time, id]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
    expect(queue.size).toBe(1000)
    expect(queue.takeAll(20_011)).toEqual(sorted)
    expect(queue.size).toBe(0)
  })

  test('is used again: a steady number of events never grows it', () => {
    const queue = new WheelHarness(16 * 8)
    const { words } = queue.wheel
    for (let i = 0; i < 16; i++) queue.insert(i, i)
    for (let i = 16; i < 10_000; i++) {
      expect(queue.take(i)).toBeDefined()
      queue.insert(i, i)
    }
    expect(queue.wheel.words).toBe(words)
    expect(queue.takeAll(10_000).map(([, id]) => id)).toEqual(Array.from({ length: 16 }, (_, i) => 9984 + i))
  })
})

test('events that are hours and days ahead come at their time', () => {
  const queue = new WheelHarness()
  const times = [3 * DAY_MS, DAY_MS / 2, DAY_MS / 4 + 1, DAY_MS / 2, OUTER, 1]
  for (const [id, time] of times.entries()) queue.insert(time, id)
  expect(queue.takeAll(DAY_MS / 2)).toEqual([
    [1, 5],
    [OUTER, 4],
    [DAY_MS / 4 + 1, 2],
    [DAY_MS / 2, 1],
    [DAY_MS / 2, 3],
  ])
  expect(queue.size).toBe(1)
})

test('an event days ahead of an idle queue comes at its time', () => {
  const queue = new WheelHarness()
  queue.take(2 * DAY_MS)
  queue.insert(2 * DAY_MS + 5000, 1)
  expect(queue.takeAll(2 * DAY_MS + 4999)).toEqual([])
  expect(queue.takeAll(2 * DAY_MS + 5000)).toEqual([[2 * DAY_MS + 5000, 1]])
})
