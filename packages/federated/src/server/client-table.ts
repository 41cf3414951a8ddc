import type { Archive, Persistent, Random } from '@hearsay/core'

/** No client has this slot. */
export const NO_SLOT = -1
/** A client that is not there was seen then. */
const NEVER = Number.NEGATIVE_INFINITY

/** The clients that a server knows, in slots 0, 1, … in the order in which it has heard of them first. */
export class ClientTable implements Persistent {
  /** Round whose update is awaited of the client in a slot; 0 where none is. */
  readonly awaited: Float64Array
  /** The last round whose update, used or late, was counted. */
  readonly settled: Float64Array
  /** The clients that were selected last, in the first `selectedCount` entries: slots. */
  readonly selected: Int32Array
  readonly #peers: Int32Array
  /** When a client was last heard of. */
  readonly #seenMs: Float64Array
  /** The slot of each peer, {@link NO_SLOT} or absent where it has none: peers are numbered from 0, or nearly. */
  readonly #slots: number[] = []
  #count = 0
  #selectedCount = 0

  /** @param size - Slots, ≥ 1. */
  constructor(size: number) {
    this.awaited = new Float64Array(size)
    this.settled = new Float64Array(size)
    this.selected = new Int32Array(size)
    this.#peers = new Int32Array(size)
    this.#seenMs = new Float64Array(size)
  }

  /** How many slots are in use. */
  get count(): number {
    return this.#count
  }

  get selectedCount(): number {
    return this.#selectedCount
  }

  /** The peer in a slot. */
  peer(slot: number): number {
    return this.#peers[slot]
  }

  /** The slot of a peer, or {@link NO_SLOT}. */
  slotOf(peer: number): number {
    return this.#slots[peer] ?? NO_SLOT
  }

  /**
   * Takes a client in that is not known. Where all slots are in use, it gets the first one whose client was not heard of since
   * `sinceMs` and is not awaited.
   *
   * @returns Its slot, or {@link NO_SLOT} where there is no room.
   */
  admit(peer: number, sinceMs: number): number {
    const slot = this.#count < this.#peers.length ? this.#count++ : this.#vacate(sinceMs)
    if (slot === NO_SLOT) return NO_SLOT
    this.#slots[peer] = slot
    this.#peers[slot] = peer
    this.awaited[slot] = 0
    this.settled[slot] = 0
    return slot
  }

  /** The client in a slot was heard of. `nowMs` may be Infinity, for one that is always there. */
  see(slot: number, nowMs: number): void {
    this.#seenMs[slot] = nowMs
  }

  /** The client in a slot is gone, until it is heard of again. */
  miss(slot: number): void {
    this.#seenMs[slot] = NEVER
  }

  /** Whether the client in a slot was heard of since a time. */
  isSeenSince(slot: number, sinceMs: number): boolean {
    return this.#seenMs[slot] >= sinceMs
  }

  /**
   * Selects max(1, round(fraction · K)) of the K clients heard of since `sinceMs`, uniformly, in random order; where that is
   * all of them, in the order of their slots.
   */
  select(random: Random, fraction: number, sinceMs: number): void {
    const { selected } = this
    let there = 0
    for (let slot = 0; slot < this.#count; slot++) if (this.isSeenSince(slot, sinceMs)) selected[there++] = slot
    const chosen = Math.min(there, Math.max(1, Math.round(fraction * there)))
    for (let i = 0; i < chosen && chosen < there; i++) {
      const j = i + random.below(there - i)
      const slot = selected[j]
      selected[j] = selected[i]
      selected[i] = slot
    }
    this.#selectedCount = chosen
  }

  clear(): void {
    this.#slots.length = 0
    this.#count = 0
    this.#selectedCount = 0
  }

  persist(archive: Archive): void {
    for (const array of [this.awaited, this.settled, this.selected, this.#peers, this.#seenMs]) archive.array(array)
    this.#count = archive.number(this.#count)
    this.#selectedCount = archive.number(this.#selectedCount)
    if (!archive.restoring) return
    this.#slots.length = 0
    for (let slot = 0; slot < this.#count; slot++) this.#slots[this.#peers[slot]] = slot
  }

  #vacate(sinceMs: number): number {
    for (let slot = 0; slot < this.#count; slot++) {
      if (this.isSeenSince(slot, sinceMs) || this.awaited[slot] > 0) continue
      this.#slots[this.#peers[slot]] = NO_SLOT
      return slot
    }
    return NO_SLOT
  }
}
