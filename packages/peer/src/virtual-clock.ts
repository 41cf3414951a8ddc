import { UsageError } from '@hearsay/core'
import type { Clock } from './clock.ts'

interface Event {
  readonly time: number
  /** Whether it comes after everything else of its moment. */
  readonly late: boolean
  /** How many events were scheduled before this one: first in, first out among equal times. */
  readonly order: number
  /** `undefined` once cancelled. */
  callback: (() => void) | undefined
}

/**
 * Time that moves only when told to, in whole milliseconds: what is scheduled for `now + delayMs` happens at
 * `Math.round(now + delayMs)`, never before now, and in the order of scheduling among equal times.
 */
export class VirtualClock implements Clock {
  readonly #unixOriginMs: number
  /** A binary heap: no event comes before its parent, which is at `(index − 1) >> 1`. */
  readonly #heap: Event[] = []
  #now = 0
  #order = 0

  /** @param unixOriginMs - What {@link unixNow} says at virtual time 0. Default 0. */
  constructor(unixOriginMs = 0) {
    this.#unixOriginMs = unixOriginMs
  }

  now(): number {
    return this.#now
  }

  unixNow(): number {
    return this.#unixOriginMs + this.#now
  }

  /** @throws {@link UsageError} `DELAY_INVALID` unless `delayMs` is finite and ≥ 0. */
  schedule(delayMs: number, callback: () => void): () => void {
    return this.#schedule(delayMs, callback, false)
  }

  /** As {@link schedule}, behind everything of that moment that is not scheduled so. */
  scheduleLate(delayMs: number, callback: () => void): () => void {
    return this.#schedule(delayMs, callback, true)
  }

  #schedule(delayMs: number, callback: () => void, late: boolean): () => void {
    if (!(delayMs >= 0 && delayMs < Infinity)) {
      throw new UsageError('DELAY_INVALID', `a delay is finite and ≥ 0 ms, not ${delayMs}`)
    }
    const event: Event = { time: Math.round(this.#now + delayMs), late, order: this.#order++, callback }
    this.#push(event)
    return () => {
      event.callback = undefined
    }
  }

  /**
   * Runs, in order, everything that is due until `untilMs`, this instant included, and what that schedules in turn.
   * Afterwards it is `untilMs`. If a callback throws, the clock stands at that event and can be run on.
   *
   * @param untilMs - Does nothing if it lies in the past.
   * @returns How many callbacks ran.
   */
  run(untilMs: number): number {
    let count = 0
    while (this.#heap.length > 0 && this.#heap[0].time <= untilMs) {
      const { time, callback } = this.#pop()
      if (callback === undefined) continue
      this.#now = time
      count++
      callback()
    }
    this.#now = Math.max(this.#now, untilMs)
    return count
  }

  #push(event: Event): void {
    const heap = this.#heap
    let index = heap.push(event) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!precedes(event, heap[parent])) break
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = event
  }

  #pop(): Event {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop() as Event
    if (heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && precedes(heap[child + 1], heap[child])) child++
      if (!precedes(heap[child], last)) break
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
    return first
  }
}

function precedes(a: Event, b: Event): boolean {
  if (a.time !== b.time) return a.time < b.time
  return a.late === b.late ? a.order < b.order : b.late
}
