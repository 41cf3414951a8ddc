import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SortedQueue } from './sorted-queue.ts'
import { WheelHarness } from './wheel-harness.ts'

// The queue against a sorted list, over every border between its wheels.

/** Ticks of a block, and of a half of the outer ring. */
const INNER = 4096
const OUTER = 2048 * INNER

type Command =
  | { readonly kind: 'insert'; readonly delayMs: number }
  | { readonly kind: 'take'; readonly aheadMs: number; readonly atMost: number }

/** Delays that meet on the same tick, lie in the inner wheel, at its border, in the outer wheel, before now. */
const delays = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: INNER }),
  fc.integer({ min: -3, max: 3 }).map((ticks) => INNER + ticks),
  fc.integer({ min: 0, max: 6 * INNER }),
  fc.double({ min: -10, max: 50, noNaN: true }),
)

const farDelays = fc.oneof(
  delays,
  fc.integer({ min: -3, max: 3 }).map((ticks) => OUTER + ticks),
  fc.integer({ min: 0, max: 2 * OUTER }),
)

function commands(delayMs: fc.Arbitrary<number>, aheadMs: fc.Arbitrary<number>): fc.Arbitrary<Command[]> {
  const insert = fc.record({ kind: fc.constant('insert' as const), delayMs })
  const take = fc.record({ kind: fc.constant('take' as const), aheadMs, atMost: fc.integer({ min: 1, max: 8 }) })
  return fc.array(fc.oneof({ weight: 3, arbitrary: insert }, { weight: 1, arbitrary: take }), { maxLength: 80 })
}

/** A queue and its reference, moved together. */
class Twins {
  readonly queue = new WheelHarness(16)
  readonly reference = new SortedQueue()
  #inserted = 0

  insert(time: number): void {
    const id = this.#inserted++
    this.queue.insert(time, id)
    this.reference.insert(id, time)
  }

  /** Takes one event from both. Returns whether there was one. */
  take(until: number): boolean {
    const expected = this.reference.take(until)
    expect(this.queue.take(until)).toEqual(expected === undefined ? undefined : [expected.time, expected.id])
    expect(this.queue.now).toBe(this.reference.now)
    expect(this.queue.size).toBe(this.reference.size)
    return expected !== undefined
  }

  run(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.kind === 'insert') {
        this.insert(this.queue.now + command.delayMs)
      } else {
        const until = this.queue.now + command.aheadMs
        for (let i = 0; i < command.atMost && this.take(until); i++);
      }
    }
  }

  drain(until: number): void {
    while (this.take(until));
  }
}

describe('the timing wheel gives what a list sorted by (time, insertion) gives', () => {
  test('from time 0 on, over the borders of the inner wheel', () => {
    fc.assert(
      fc.property(commands(delays, fc.integer({ min: -2, max: 2 * INNER })), (list) => {
        const twins = new Twins()
        twins.run(list)
        twins.drain(twins.queue.now + 8 * INNER)
        expect(twins.queue.size).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  test('around the borders of the outer wheel, also where times exceed 32 bits', () => {
    const border = fc.constantFrom(OUTER, 2 * OUTER, 256 * OUTER, 257 * OUTER, 4096 * OUTER)
    const before = fc.integer({ min: 0, max: 2 * INNER })
    const ahead = fc.integer({ min: 0, max: 3 * INNER })
    fc.assert(
      fc.property(border, before, commands(delays, ahead), (end, distance, list) => {
        const twins = new Twins()
        twins.take(end - distance)
        twins.run(list)
        twins.drain(twins.queue.now + 8 * INNER)
        expect(twins.queue.size).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  test('over the far list', () => {
    fc.assert(
      fc.property(commands(farDelays, fc.integer({ min: 0, max: INNER })), (list) => {
        const twins = new Twins()
        twins.take(OUTER - INNER)
        twins.run(list)
        twins.drain(twins.queue.now + 2 * OUTER + 2 * INNER)
        expect(twins.queue.size).toBe(0)
      }),
      { numRuns: 8 },
    )
  })
})
