import { type Archive, EnvironmentError, type Persistent } from '@hearsay/core'
import { BLOCK, type Occupancy, RING, RING_MASK } from './occupancy.ts'

const NONE = -1

/** Records of a chunk: what a slot takes from the pool at a time. */
export const CHUNK = 8

const MASK = RING_MASK
const PER_CHUNK = CHUNK

/** Blocks of the outer ring, in two halves, as the inner ring has two blocks. */
const OUTER_BITS = 12
const OUTER = 1 << OUTER_BITS
const HALF_BITS = OUTER_BITS - 1
/** What lies beyond both rings waits in one list, which is sorted again each time a half of the outer ring is over. */
const FAR = RING + OUTER

/**
 * Pending events as records of a fixed number of 32-bit words, by their tick: a ring with a slot per tick of this block and
 * the next, an outer ring with a slot per block, and a list for what lies beyond (Varghese and Lauck 1987, schemes 4 and
 * 7). Inserting and taking cost O(1), whatever the number of events. The records of one slot lie in chunks, so that those
 * who handle them read memory in order, and slots keep the order of insertion.
 */
export class TimingWheel implements Persistent {
  /** All records, `recordWords` words each; replaced when the pool grows. */
  words: Int32Array
  /** The same words as float64. The last double of a record is the wheel's. */
  doubles: Float64Array
  /** Records in each chunk. */
  counts: Int32Array
  /** The chunk behind each chunk, −1 for none. */
  nexts: Int32Array
  readonly recordWords: number
  readonly #occupancy: Occupancy
  /** First and last chunk of each slot of the inner ring, of the outer ring, and of the far list. */
  readonly #heads = new Int32Array(FAR + 1).fill(NONE)
  readonly #tails = new Int32Array(FAR + 1).fill(NONE)
  #free = NONE
  #size = 0
  #now = 0
  #slot = 0
  #block = 0
  /** Ticks from now to the end of the inner ring. */
  #room = RING

  /**
   * @param recordWords - Words of a record: an even number, of which the last two belong to the wheel.
   * @param records - Records to make room for at first; the pool doubles when it is full.
   * @param occupancy - Shared by wheels that are advanced together.
   */
  constructor(recordWords: number, records: number, occupancy: Occupancy) {
    this.recordWords = recordWords
    this.#occupancy = occupancy
    const chunks = Math.max(4, Math.ceil(records / CHUNK))
    this.words = new Int32Array(chunks * CHUNK * recordWords)
    this.doubles = new Float64Array(this.words.buffer)
    this.counts = new Int32Array(chunks)
    this.nexts = new Int32Array(chunks)
    this.#link(0)
  }

  /** Records that are pending or opened. */
  get size(): number {
    return this.#size
  }

  /** The current tick. */
  get now(): number {
    return this.#now
  }

  /**
   * Adds a record that is due in `ticks`, behind all others of that tick. The caller fills it at once.
   *
   * @param ticks - An integer ≥ 0.
   * @returns Index in {@link words} of the record's first word.
   * @throws {@link EnvironmentError} `OUT_OF_MEMORY` when the pool cannot grow.
   */
  insert(ticks: number): number {
    if (ticks < this.#room) return this.#append((this.#slot + ticks) & MASK)
    const time = this.#now + ticks
    const base = this.#append(this.#listOf(time))
    this.doubles[(base + this.recordWords) / 2 - 1] = time
    return base
  }

  /** The earliest tick from now on that may have an event, at most `limit`. Exact within this block and the next. */
  nextDue(limit: number): number {
    const distance = this.#occupancy.distance(this.#slot)
    const due = distance < this.#room ? this.#now + distance : (this.#block + 2) * BLOCK
    return Math.min(due, limit)
  }

  /** Moves on to `tick` ≥ now. Nothing may be pending before it. */
  advance(tick: number): void {
    this.#now = tick
    const block = Math.floor(tick / BLOCK)
    if (this.#size === 0) this.#block = block
    while (this.#block < block) {
      this.#block++
      if ((this.#block & ((1 << HALF_BITS) - 1)) === 0) this.#cascade(FAR)
      this.#cascade(RING + ((this.#block + 1) & (OUTER - 1)))
    }
    this.#slot = tick & MASK
    this.#room = (block + 2) * BLOCK - tick
  }

  /** Takes the chunks of the current tick out of the wheel: the first of them, or −1. Each is to be released. */
  open(): number {
    const head = this.#heads[this.#slot]
    if (head !== NONE) {
      this.#heads[this.#slot] = NONE
      this.#tails[this.#slot] = NONE
    }
    return head
  }

  /** Gives an opened chunk back to the pool. */
  release(chunk: number): void {
    this.#size -= this.counts[chunk]
    this.counts[chunk] = 0
    this.nexts[chunk] = this.#free
    this.#free = chunk
  }

  /** Calls `visit` with each pending record's first word: by slot, so in no order of time. */
  forEach(visit: (base: number) => void): void {
    for (const head of this.#heads) {
      for (let chunk = head; chunk !== NONE; chunk = this.nexts[chunk]) {
        for (let i = 0; i < this.counts[chunk]; i++) visit((chunk * PER_CHUNK + i) * this.recordWords)
      }
    }
  }

  persist(archive: Archive): void {
    const chunks = archive.number(this.counts.length)
    if (archive.restoring) this.#resize(chunks)
    this.#free = archive.number(this.#free)
    this.#size = archive.number(this.#size)
    this.#now = archive.number(this.#now)
    this.#slot = archive.number(this.#slot)
    this.#block = archive.number(this.#block)
    this.#room = archive.number(this.#room)
    for (const array of [this.words, this.counts, this.nexts, this.#heads, this.#tails]) archive.array(array)
    if (!archive.restoring) return
    for (let slot = 0; slot < RING; slot++) if (this.#heads[slot] !== NONE) this.#occupancy.add(slot)
  }

  /**
   * The list for a time beyond the inner ring. A record never overtakes an earlier one of the same tick: what was put
   * outside is moved inwards before anything can be inserted there directly.
   */
  #listOf(time: number): number {
    const block = Math.floor(time / BLOCK)
    const halves = Math.floor(block / (1 << HALF_BITS)) - Math.floor(this.#block / (1 << HALF_BITS))
    return halves <= 1 ? RING + (block & (OUTER - 1)) : FAR
  }

  #append(list: number): number {
    let chunk = this.#tails[list]
    if (chunk === NONE || this.counts[chunk] === PER_CHUNK) chunk = this.#extend(list, chunk)
    this.#size++
    return (chunk * PER_CHUNK + this.counts[chunk]++) * this.recordWords
  }

  #extend(list: number, tail: number): number {
    if (this.#free === NONE) this.#grow()
    const chunk = this.#free
    this.#free = this.nexts[chunk]
    this.nexts[chunk] = NONE
    if (tail === NONE) {
      this.#heads[list] = chunk
      if (list < RING) this.#occupancy.add(list)
    } else this.nexts[tail] = chunk
    this.#tails[list] = chunk
    return chunk
  }

  /** Distributes a list again, in its order. */
  #cascade(list: number): void {
    let chunk = this.#heads[list]
    this.#heads[list] = NONE
    this.#tails[list] = NONE
    while (chunk !== NONE) {
      const next = this.nexts[chunk]
      for (let i = 0; i < this.counts[chunk]; i++) this.#move((chunk * PER_CHUNK + i) * this.recordWords)
      this.release(chunk)
      chunk = next
    }
  }

  #move(from: number): void {
    const time = this.doubles[(from + this.recordWords) / 2 - 1]
    const isNear = Math.floor(time / BLOCK) <= this.#block + 1
    const to = this.#append(isNear ? time & MASK : this.#listOf(time))
    this.words.copyWithin(to, from, from + this.recordWords)
  }

  /** Chains the chunks from `first` to the end of the pool as free. */
  #link(first: number): void {
    for (let chunk = first; chunk < this.nexts.length; chunk++) {
      this.nexts[chunk] = chunk + 1 < this.nexts.length ? chunk + 1 : NONE
    }
    this.#free = first
  }

  #grow(): void {
    const first = this.counts.length
    this.#resize(2 * first)
    this.#link(first)
  }

  /** A pool of `chunks` chunks with the contents of this one, as far as there is room. */
  #resize(chunks: number): void {
    const { words, counts, nexts } = this
    try {
      this.words = new Int32Array(chunks * CHUNK * this.recordWords)
    } catch (cause) {
      const message = `no memory for ${chunks * CHUNK} pending events`
      throw new EnvironmentError('OUT_OF_MEMORY', message, { cause })
    }
    this.doubles = new Float64Array(this.words.buffer)
    this.counts = new Int32Array(chunks)
    this.nexts = new Int32Array(chunks)
    this.words.set(words.subarray(0, this.words.length))
    this.counts.set(counts.subarray(0, chunks))
    this.nexts.set(nexts.subarray(0, chunks))
  }
}

/** Whole ticks of a delay in milliseconds: rounded, and never negative. */
export function ticksOf(delayMs: number): number {
  return delayMs > 0 ? Math.round(delayMs) : 0
}
