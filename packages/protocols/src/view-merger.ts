import type { Random } from '@hearsay/core'

/** Slots of the hash table: a power of two, and more than twice the 255 descriptors that can meet in one merge. */
const TABLE_SIZE = 512

/** Where received ages saturate, in cycles: what is added to it while it is kept never overflows a word. */
const AGE_MAX = 2 ** 30

/**
 * Merges a view and a received one into the freshest descriptors, each peer once. It holds the working space of a merge,
 * so that merging allocates nothing. A view is pairs (peer, cycle), the freshest first.
 *
 * The result does not depend on how peers are numbered: equals in freshness are ordered by coin tosses.
 */
export class ViewMerger {
  readonly #viewSize: number
  /** The received descriptors, as (peer, cycle), the freshest first. */
  readonly #received: Int32Array
  #receivedSize = 0
  readonly #merged: Int32Array
  /** A set of peers by open addressing; a slot counts only where its mark is the current merge's. */
  readonly #slots: Int32Array
  readonly #marks: Int32Array
  #mark = 0
  #view: Int32Array = new Int32Array(0)
  #first = 0
  #size = 0

  /** @param viewSize - Descriptors to keep, 1 … 127. */
  constructor(viewSize: number) {
    this.#viewSize = viewSize
    this.#received = new Int32Array(2 * (viewSize + 1))
    this.#merged = new Int32Array(2 * viewSize)
    this.#slots = new Int32Array(TABLE_SIZE)
    this.#marks = new Int32Array(TABLE_SIZE)
  }

  /** Starts with the view of `size` descriptors at `first`, which `finish` will replace. */
  begin(view: Int32Array, first: number, size: number): void {
    this.#view = view
    this.#first = first
    this.#size = size
    this.#receivedSize = 0
  }

  /**
   * Takes `count` received descriptors (peer, age in cycles) from `words`, without those of `self` and of what is no
   * peer; what exceeds a view and its sender's own descriptor is ignored, and a negative age counts as 0.
   */
  receive(words: Int32Array, offset: number, count: number, cycle: number, self: number): void {
    const received = this.#received
    const taken = Math.min(count, this.#viewSize + 1)
    let size = 0
    for (let i = 0; i < taken; i++) {
      const peer = words[offset + 2 * i]
      if (peer === self || peer < 0) continue
      const made = cycle - Math.min(Math.max(0, words[offset + 2 * i + 1]), AGE_MAX)
      // Honest views arrive in order, so this insertion moves nothing; a sender who breaks the order gains nothing.
      let at = size++
      while (at > 0 && received[2 * at - 1] < made) {
        received[2 * at] = received[2 * at - 2]
        received[2 * at + 1] = received[2 * at - 1]
        at--
      }
      received[2 * at] = peer
      received[2 * at + 1] = made
    }
    this.#receivedSize = size
  }

  /** Replaces the view by the freshest of both and returns its size. */
  finish(random: Random): number {
    this.#mark = (this.#mark + 1) | 0
    const view = this.#view
    const merged = this.#merged
    let own = this.#first
    const ownEnd = own + 2 * this.#size
    let other = 0
    const otherEnd = 2 * this.#receivedSize
    let size = 0
    let coins = 0
    let tosses = 0
    while (size < this.#viewSize && (own < ownEnd || other < otherEnd)) {
      let takeOwn = other === otherEnd
      if (own < ownEnd && other < otherEnd) {
        const difference = view[own + 1] - this.#received[other + 1]
        takeOwn = difference > 0
        if (difference === 0) {
          if (tosses === 0) {
            coins = random.uint32()
            tosses = 32
          }
          takeOwn = (coins & 1) === 1
          coins >>>= 1
          tosses--
        }
      }
      const source = takeOwn ? view : this.#received
      const at = takeOwn ? own : other
      if (takeOwn) own += 2
      else other += 2
      if (this.#add(source[at])) {
        merged[2 * size] = source[at]
        merged[2 * size + 1] = source[at + 1]
        size++
      }
    }
    for (let i = 0; i < 2 * size; i++) view[this.#first + i] = merged[i]
    return size
  }

  /** Adds a peer to the set of this merge; false where it was there already. */
  #add(peer: number): boolean {
    let slot = Math.imul(peer, 0x9e3779b1) >>> 23
    while (this.#marks[slot] === this.#mark) {
      if (this.#slots[slot] === peer) return false
      slot = (slot + 1) & (TABLE_SIZE - 1)
    }
    this.#marks[slot] = this.#mark
    this.#slots[slot] = peer
    return true
  }
}
