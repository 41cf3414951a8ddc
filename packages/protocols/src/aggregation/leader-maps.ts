import type { Archive, Persistent } from '@hearsay/core'
import type { EntryMessage } from './entry-message.ts'
import { clamp } from './value-range.ts'

/** A map per hosted peer from the keys of leaders to estimates: at most `capacity` entries, those with the smallest keys. */
export class LeaderMaps implements Persistent {
  readonly #capacity: number
  /** Row i: the keys of peer i, increasing, and their estimates. */
  readonly #keys: Int32Array
  readonly #values: Float64Array
  readonly #sizes: Uint8Array
  /** The union of a map and a message. */
  readonly #unionKeys: Int32Array
  readonly #unionValues: Float64Array

  constructor(peers: number, capacity: number) {
    this.#capacity = capacity
    this.#keys = new Int32Array(peers * capacity)
    this.#values = new Float64Array(peers * capacity)
    this.#sizes = new Uint8Array(peers)
    this.#unionKeys = new Int32Array(capacity)
    this.#unionValues = new Float64Array(capacity)
  }

  /** A copy of a peer's estimates, by increasing key. */
  values(peer: number): number[] {
    const first = peer * this.#capacity
    return [...this.#values.subarray(first, first + this.#sizes[peer])]
  }

  clear(peer: number): void {
    const first = peer * this.#capacity
    this.#sizes[peer] = 0
    this.#keys.fill(0, first, first + this.#capacity)
    this.#values.fill(0, first, first + this.#capacity)
  }

  /** Makes a peer the leader of an instance, as the only entry of its map. */
  lead(peer: number, key: number): void {
    this.#keys[peer * this.#capacity] = key
    this.#values[peer * this.#capacity] = 1
    this.#sizes[peer] = 1
  }

  /** Copies a map, its estimates within [0, 1], which they can leave for a while where exchanges overlap. */
  write(peer: number, entries: EntryMessage): void {
    const first = peer * this.#capacity
    const size = this.#sizes[peer]
    entries.size = size
    for (let i = 0; i < size; i++) {
      entries.keys[i] = this.#keys[first + i]
      entries.values[i] = clamp(this.#values[first + i], 0, 1)
    }
  }

  /**
   * Averages over the union of a map and the estimates in `entries`, whose keys increase, and leaves in `entries` the
   * differences that the other side is to add.
   */
  meet(peer: number, entries: EntryMessage): void {
    const size = this.#unite(peer, entries, false)
    for (let i = 0; i < size; i++) {
      entries.keys[i] = this.#unionKeys[i]
      entries.values[i] = this.#unionValues[i]
    }
    entries.size = size
    this.#add(peer, size, -1)
  }

  /** Adds the differences in `entries`, whose keys increase. */
  apply(peer: number, entries: EntryMessage): void {
    this.#add(peer, this.#unite(peer, entries, true), 1)
  }

  persist(archive: Archive): void {
    archive.array(this.#keys)
    archive.array(this.#values)
    archive.array(this.#sizes)
  }

  /**
   * The smallest keys of both sides, and what each is about to change by: what a message says, where it carries
   * differences, else half the difference of the two estimates.
   */
  #unite(peer: number, entries: EntryMessage, carriesDifferences: boolean): number {
    const first = peer * this.#capacity
    const end = first + this.#sizes[peer]
    let own = first
    let other = 0
    let size = 0
    for (; size < this.#capacity && (own < end || other < entries.size); size++) {
      const ownKey = own < end ? this.#keys[own] : KEY_NONE
      const otherKey = other < entries.size ? entries.keys[other] : KEY_NONE
      const ownValue = ownKey <= otherKey ? this.#values[own++] : 0
      const otherValue = otherKey <= ownKey ? entries.values[other++] : 0
      this.#unionKeys[size] = Math.min(ownKey, otherKey)
      this.#unionValues[size] = carriesDifferences ? otherValue : clamp((ownValue - otherValue) / 2, -0.5, 0.5)
    }
    return size
  }

  /** Replaces a map by the union, each estimate changed by `sign` times what the union says. */
  #add(peer: number, size: number, sign: number): void {
    const first = peer * this.#capacity
    // From the back: the place of an old entry in the union is its own or a later one, so none is overwritten unread.
    let own = this.#sizes[peer] - 1
    for (let i = size - 1; i >= 0; i--) {
      const key = this.#unionKeys[i]
      while (own >= 0 && this.#keys[first + own] > key) own--
      const value = own >= 0 && this.#keys[first + own] === key ? this.#values[first + own] : 0
      this.#keys[first + i] = key
      this.#values[first + i] = value + sign * this.#unionValues[i]
    }
    this.#sizes[peer] = size
  }
}

/** Larger than any key. */
const KEY_NONE = 2 ** 31
