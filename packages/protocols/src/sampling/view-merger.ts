import type { Random } from '@hearsay/core'
import { AGE_MAX } from './view-messages.ts'

/** Slots of the hash table: a power of two, and more than twice the 255 descriptors that can meet in one merge. */
const TABLE_SIZE = 512

/** Older, in cycles, than any descriptor gets: what stands at the end of either view. */
const NEVER = 2 ** 31 - 2 ** 16

/**
 * Merges a view and a received one into the freshest descriptors, each peer once. It holds the working space of a merge,
 * so that merging allocates nothing. A view is pairs (peer, cycle), the freshest first.
 *
 * The result does not depend on how peers are numbered: equals in freshness are ordered by coin tosses.
 */
export class ViewMerger {
  readonly #viewSize: number
  /** Both views as (peer, cycle), the freshest first: the own one, what ends it, the received one, what ends it. */
  readonly #both: Int32Array
  readonly #received: number
  #receivedEnd: number
  /** A set of peers by open addressing; a slot counts only where its mark is the current merge's. */
  readonly #slots: Int32Array
  readonly #marks: Int32Array
  #mark = 0
  #view: Int32Array = new Int32Array(0)
  #first = 0
  #size = 0
  #cycle = 0

  /** @param viewSize - Descriptors to keep, 1 … 127. */
  constructor(viewSize: number) {
    this.#viewSize = viewSize
    this.#received = 2 * (viewSize + 1)
    this.#receivedEnd = this.#received
    this.#both = new Int32Array(this.#received + 2 * (viewSize + 2))
    this.#slots = new Int32Array(TABLE_SIZE)
    this.#marks = new Int32Array(TABLE_SIZE)
  }

  /** Starts with the view of `size` descriptors at `first`, which `finish` will replace. */
  begin(view: Int32Array, first: number, size: number): void {
    this.#view = view
    this.#first = first
    this.#size = size
    this.#receivedEnd = this.#received
  }

  /**
   * Takes `count` received descriptors (peer, age in cycles) from `words`, without those of `self` and of what is no
   * peer; what exceeds a view and its sender's own descriptor is ignored, and a negative age counts as 0.
   */
  receive(words: Int32Array, offset: number, count: number, cycle: number, self: number): void {
    const both = this.#both
    const end = offset + 2 * Math.min(count, this.#viewSize + 1)
    const first = this.#received
    let last = first
    for (let from = offset; from < end; from += 2) {
      const peer = words[from]
      if (peer === self || peer < 0) continue
      const made = cycle - Math.min(Math.max(0, words[from + 1]), AGE_MAX)
      // Honest views arrive in order, so this insertion moves nothing; a sender who breaks the order gains nothing.
      let at = last
      while (at > first && both[at - 1] < made) {
        both[at] = both[at - 2]
        both[at + 1] = both[at - 1]
        at -= 2
      }
      both[at] = peer
      both[at + 1] = made
      last += 2
    }
    this.#receivedEnd = last
    this.#cycle = cycle
  }

  /** Replaces the view by the freshest of both and returns its size. */
  finish(random: Random): number {
    const both = this.#both
    const slots = this.#slots
    const marks = this.#marks
    const mark = (this.#mark = (this.#mark + 1) | 0)
    const view = this.#view
    this.#load()
    let own = 0
    let other = this.#received
    let left = this.#size + (this.#receivedEnd - this.#received) / 2
    let target = this.#first
    const targetEnd = target + 2 * this.#viewSize
    let coins = random.uint32() | 0
    for (; left > 0 && target < targetEnd; left--) {
      // Which of two is fresher, and whether a peer is new, is as good as random: masks cost less than branches that are
      // foretold wrong so often.
      const mask = (both[own + 1] - both[other + 1] - 1 + (coins & 1)) >> 31
      coins = (left & 31) === 0 ? random.uint32() | 0 : coins >>> 1
      const at = own + ((other - own) & mask)
      own += 2 + 2 * mask
      other -= 2 * mask
      const peer = both[at]
      let slot = Math.imul(peer, 0x9e3779b1) >>> 23
      let isNew = notZero(marks[slot] ^ mark)
      while (notZero(slots[slot] ^ peer) > isNew) {
        slot = (slot + 1) & (TABLE_SIZE - 1)
        isNew = notZero(marks[slot] ^ mark)
      }
      marks[slot] = mark
      slots[slot] = peer
      view[target] = peer
      view[target + 1] = both[at + 1]
      target += 2 * isNew
    }
    return (target - this.#first) / 2
  }

  /** Copies the own view, which is written while it is read, and ends both. */
  #load(): void {
    const both = this.#both
    const view = this.#view
    const words = 2 * this.#size
    for (let i = 0; i < words; i++) both[i] = view[this.#first + i]
    both[words + 1] = this.#cycle - NEVER
    both[this.#receivedEnd + 1] = this.#cycle - NEVER
  }
}

/** 1, or 0 for 0. */
function notZero(word: number): number {
  return (word | -word) >>> 31
}
