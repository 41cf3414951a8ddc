import type { Random } from '@hearsay/core'
import { DESCRIPTOR, type DescriptorViews } from './descriptor-views.ts'
import { AGE_MAX } from './view-messages.ts'

/** How {@link ViewSelector} shrinks a view. */
export interface SelectionRule {
  readonly healing: number
  readonly swap: number
  /** Descriptors that may come from one partner. */
  readonly partnerMax: number
}

/**
 * `view.select(c, H, S, buffer)` of the general scheme (Jelasity, Voulgaris, Guerraoui, Kermarrec, van Steen 2007, figure
 * 1): appends what was received, keeps the youngest descriptor of each peer, and shrinks the view to c by dropping the
 * oldest H, the first S, and random ones. It holds the working space.
 */
export class ViewSelector {
  readonly #views: DescriptorViews
  readonly #rule: SelectionRule
  /** From whom each descriptor in the views was learned. */
  readonly #origins: Int32Array
  readonly #receivedMax: number
  readonly #others: Int32Array
  readonly #made: Int32Array
  readonly #from: Int32Array
  #size = 0

  constructor(views: DescriptorViews, origins: Int32Array, rule: SelectionRule) {
    this.#views = views
    this.#rule = rule
    this.#origins = origins
    this.#receivedMax = Math.max(1, views.capacity >> 1)
    const space = views.capacity + this.#receivedMax
    this.#others = new Int32Array(space)
    this.#made = new Int32Array(space)
    this.#from = new Int32Array(space)
  }

  /**
   * Replaces the view of `self`. Of `count` received descriptors (peer, age) at `offset`, those count that are in the first
   * c/2, of peers, and not of `self`; ages below 0 are 0.
   */
  select(
    random: Random,
    self: number,
    from: number,
    clock: number,
    words: Int32Array,
    offset: number,
    count: number,
  ): void {
    this.#load(self)
    for (let i = 0; i < Math.min(count, this.#receivedMax); i++) {
      const other = words[offset + DESCRIPTOR * i]
      const age = words[offset + DESCRIPTOR * i + 1]
      if (other >= 0 && other !== self) this.#add(other, clock - Math.min(Math.max(0, age), AGE_MAX), from)
    }
    const { capacity } = this.#views
    const { healing, swap, partnerMax } = this.#rule
    if (partnerMax < capacity) this.#limit(from, partnerMax)
    for (let excess = Math.min(healing, this.#size - capacity); excess > 0; excess--) this.#removeAt(this.#oldest())
    for (let excess = Math.min(swap, this.#size - capacity); excess > 0; excess--) this.#removeAt(0)
    while (this.#size > capacity) this.#removeAt(random.below(this.#size))
    this.#store(self)
  }

  #load(self: number): void {
    const { words, sizes, capacity } = this.#views
    const start = this.#views.start(self)
    this.#size = sizes[self]
    for (let i = 0; i < this.#size; i++) {
      this.#others[i] = words[start + DESCRIPTOR * i]
      this.#made[i] = words[start + DESCRIPTOR * i + 1]
      this.#from[i] = this.#origins[self * capacity + i]
    }
  }

  #store(self: number): void {
    const { words, sizes, capacity } = this.#views
    const start = this.#views.start(self)
    sizes[self] = this.#size
    for (let i = 0; i < this.#size; i++) {
      words[start + DESCRIPTOR * i] = this.#others[i]
      words[start + DESCRIPTOR * i + 1] = this.#made[i]
      this.#origins[self * capacity + i] = this.#from[i]
    }
  }

  #add(other: number, made: number, from: number): void {
    for (let i = 0; i < this.#size; i++) {
      if (this.#others[i] !== other) continue
      if (this.#made[i] >= made) return
      this.#removeAt(i)
      break
    }
    this.#others[this.#size] = other
    this.#made[this.#size] = made
    this.#from[this.#size] = from
    this.#size++
  }

  /** Drops what was learned from one partner, the first first, until it is no more than `limit`. */
  #limit(from: number, limit: number): void {
    let count = 0
    for (let i = 0; i < this.#size; i++) if (this.#from[i] === from) count++
    for (let i = 0; count > limit;) {
      if (this.#from[i] === from) {
        this.#removeAt(i)
        count--
      } else i++
    }
  }

  #oldest(): number {
    let oldest = 0
    for (let i = 1; i < this.#size; i++) if (this.#made[i] < this.#made[oldest]) oldest = i
    return oldest
  }

  #removeAt(index: number): void {
    this.#size--
    for (let i = index; i < this.#size; i++) {
      this.#others[i] = this.#others[i + 1]
      this.#made[i] = this.#made[i + 1]
      this.#from[i] = this.#from[i + 1]
    }
  }
}
