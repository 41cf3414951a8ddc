import { EnvironmentError, UsageError } from '@hearsay/core'

/** Words of one event: a cache line, so that an event costs one miss at most. */
const EVENT_WORDS = 16
const EVENT_DOUBLES = EVENT_WORDS / 2
const NONE = -1

/** Words of an event in {@link EventQueue.words}, from its index · 16 on. */
export const Word = { next: 0, target: 1, source: 2, type: 3, offset: 4, length: 5 } as const
/** Doubles of an event in {@link EventQueue.doubles}, from its index · 8 on. */
export const Double = { time: 4, value: 5, stamp: 6 } as const

/** Ticks of the inner wheel, and turns of it in the outer one: powers of two. */
const SLOT_BITS = 12
const SLOTS = 1 << SLOT_BITS
const SLOT_MASK = SLOTS - 1
const TURNS_PER_TICK = 1 / SLOTS
/** Events whose time is beyond both wheels wait in one list, which is sorted again each time the outer wheel turns. */
const FAR = 2 * SLOTS

/**
 * The pending events of a simulation, in the order of their time and, at the same time, of their insertion: a timing
 * wheel of 4096 ticks, an outer wheel of 4096 turns, and a list for what lies beyond (Varghese and Lauck 1987, schemes 4
 * and 7). Inserting and taking cost O(1), whatever the number of events. A tick is one millisecond.
 */
export class EventQueue {
  /** Integer fields of all events; replaced when the pool grows. */
  words: Int32Array
  /** Float64 fields of the same events. */
  doubles: Float64Array
  /** First and last event of each slot of the inner wheel, of the outer wheel, and of the far list. */
  readonly #heads: Int32Array = new Int32Array(FAR + 1).fill(NONE)
  readonly #tails: Int32Array = new Int32Array(FAR + 1).fill(NONE)
  #free: number = NONE
  #capacity: number
  #now = 0
  /** The first tick after the current turn of the inner wheel. */
  #turnEnd = SLOTS
  #size = 0

  /** @param capacity - Events to make room for at first; the pool doubles when it is full. */
  constructor(capacity = 1024) {
    this.#capacity = Math.max(16, capacity)
    const buffer = new ArrayBuffer(this.#capacity * EVENT_WORDS * 4)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
    this.#link(0)
  }

  /** Pending events. */
  get size(): number {
    return this.#size
  }

  /** The time in whole milliseconds up to which events have been taken. */
  get now(): number {
    return this.#now
  }

  /**
   * Reserves an event at `time` milliseconds, rounded to a whole one and never before `now`, behind all others of that
   * time. The caller fills its fields at once.
   *
   * @returns The event's index.
   * @throws {@link UsageError} `TIME` when `time` is NaN, or infinite; {@link EnvironmentError} when the pool cannot grow.
   */
  insert(time: number): number {
    const rounded = Math.max(Math.round(time), this.#now)
    if (!(rounded <= Number.MAX_SAFE_INTEGER)) throw new UsageError('TIME', `an event at ${time} ms can never happen`)
    if (this.#free === NONE) this.#grow()
    const event = this.#free
    const base = event * EVENT_WORDS
    this.#free = this.words[base + Word.next]
    this.words[base + Word.next] = NONE
    this.doubles[event * EVENT_DOUBLES + Double.time] = rounded
    this.#append(this.#slotOf(rounded), event)
    this.#size++
    return event
  }

  /**
   * Takes the next event that is due by `until`, a whole number of milliseconds. Its fields stay readable until
   * `release`.
   *
   * @returns The event's index, or −1 where none is due; `now` is then `until`.
   */
  take(until: number): number {
    while (this.#now <= until) {
      const slot = this.#now & SLOT_MASK
      const event = this.#heads[slot]
      if (event !== NONE) {
        const next = this.words[event * EVENT_WORDS + Word.next]
        this.#heads[slot] = next
        if (next === NONE) this.#tails[slot] = NONE
        this.#size--
        return event
      }
      if (this.#now === until) return NONE
      this.#advance(until)
    }
    return NONE
  }

  /** Gives a taken event back to the pool. */
  release(event: number): void {
    this.words[event * EVENT_WORDS + Word.next] = this.#free
    this.#free = event
  }

  /** Moves on by one tick, or to `until` where nothing is pending. */
  #advance(until: number): void {
    if (this.#size === 0) {
      this.#now = until
      this.#turnEnd = (this.#block(until) + 1) * SLOTS
      return
    }
    this.#now++
    if (this.#now < this.#turnEnd) return
    this.#turnEnd += SLOTS
    if ((this.#block(this.#now) & SLOT_MASK) === 0) this.#cascade(FAR)
    this.#cascade(SLOTS + (this.#block(this.#now) & SLOT_MASK))
  }

  /** Times exceed 32 bits, so turns are divided out rather than shifted. */
  #block(time: number): number {
    return Math.floor(time * TURNS_PER_TICK)
  }

  /**
   * An event of the current turn goes to the inner wheel, one of the current turn of the outer wheel to that one. An
   * event thus never overtakes an earlier insertion for the same time: what was put outside is cascaded inwards before
   * anything can be inserted there directly.
   */
  #slotOf(time: number): number {
    if (time < this.#turnEnd) return time & SLOT_MASK
    const block = this.#block(time)
    if (this.#block(block) === this.#block(this.#block(this.#now))) return SLOTS + (block & SLOT_MASK)
    return FAR
  }

  /** Distributes a list again, in its order. */
  #cascade(list: number): void {
    let event = this.#heads[list]
    this.#heads[list] = NONE
    this.#tails[list] = NONE
    while (event !== NONE) {
      const next = this.words[event * EVENT_WORDS + Word.next]
      this.words[event * EVENT_WORDS + Word.next] = NONE
      this.#append(this.#slotOf(this.doubles[event * EVENT_DOUBLES + Double.time]), event)
      event = next
    }
  }

  #append(slot: number, event: number): void {
    const tail = this.#tails[slot]
    if (tail === NONE) this.#heads[slot] = event
    else this.words[tail * EVENT_WORDS + Word.next] = event
    this.#tails[slot] = event
  }

  /** Chains the events from `first` to the end of the pool as free. */
  #link(first: number): void {
    for (let event = first; event < this.#capacity; event++) {
      this.words[event * EVENT_WORDS + Word.next] = event + 1 < this.#capacity ? event + 1 : NONE
    }
    this.#free = first
  }

  #grow(): void {
    const capacity = this.#capacity * 2
    let buffer: ArrayBuffer
    try {
      buffer = new ArrayBuffer(capacity * EVENT_WORDS * 4)
    } catch (cause) {
      throw new EnvironmentError('OUT_OF_MEMORY', `no memory for ${capacity} pending events`, { cause })
    }
    new Int32Array(buffer).set(this.words)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
    const first = this.#capacity
    this.#capacity = capacity
    this.#link(first)
  }
}
