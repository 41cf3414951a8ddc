import { type Archive, UsageError } from '@hearsay/core'

/** Words of a descriptor: a peer, and when the descriptor was made by the clock of the view's owner. */
export const DESCRIPTOR = 2

/** The largest view. */
const VIEW_SIZE_MAX = 127

/** The views of a population: row i, in an order that has a meaning to the protocol, holds up to `capacity` descriptors. */
export class DescriptorViews {
  readonly capacity: number
  /** Descriptor j of peer i starts at (i · capacity + j) · {@link DESCRIPTOR}. */
  readonly words: Int32Array
  readonly sizes: Uint8Array

  /** @throws {@link UsageError} `VIEW_SIZE` unless views hold 1 … 127 descriptors. */
  constructor(peers: number, capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > VIEW_SIZE_MAX) {
      throw new UsageError('VIEW_SIZE', `a view holds 1 … ${VIEW_SIZE_MAX} descriptors, not ${capacity}`)
    }
    this.capacity = capacity
    this.words = new Int32Array(peers * capacity * DESCRIPTOR)
    this.sizes = new Uint8Array(peers)
  }

  /** Where the first descriptor of a peer's view starts. */
  start(peer: number): number {
    return peer * this.capacity * DESCRIPTOR
  }

  /** The peers in a view, in its order: a copy. */
  peers(peer: number): number[] {
    return Array.from({ length: this.sizes[peer] }, (_, i) => this.words[this.start(peer) + DESCRIPTOR * i])
  }

  /** Where in the view of `peer` the descriptor of `other` is, or −1. */
  indexOf(peer: number, other: number): number {
    const start = this.start(peer)
    for (let i = 0; i < this.sizes[peer]; i++) if (this.words[start + DESCRIPTOR * i] === other) return i
    return -1
  }

  /** Where in a view that is not empty the first of the oldest descriptors is. */
  indexOfOldest(peer: number): number {
    const start = this.start(peer)
    let oldest = 0
    for (let i = 1; i < this.sizes[peer]; i++) {
      if (this.words[start + DESCRIPTOR * i + 1] < this.words[start + DESCRIPTOR * oldest + 1]) oldest = i
    }
    return oldest
  }

  /** Adds a descriptor at the end of a view that is not full. */
  append(peer: number, other: number, made: number): void {
    const at = this.start(peer) + DESCRIPTOR * this.sizes[peer]++
    this.words[at] = other
    this.words[at + 1] = made
  }

  /** Takes a descriptor out; the order of the others stays. */
  removeAt(peer: number, index: number): void {
    const at = this.start(peer) + DESCRIPTOR * index
    this.words.copyWithin(at, at + DESCRIPTOR, this.start(peer) + DESCRIPTOR * this.sizes[peer])
    this.sizes[peer]--
  }

  /** Takes the descriptor of `other` out, if there is one. */
  remove(peer: number, other: number): void {
    const index = this.indexOf(peer, other)
    if (index >= 0) this.removeAt(peer, index)
  }

  /** Exchanges two descriptors of a view. */
  swap(peer: number, i: number, j: number): void {
    const { words } = this
    const a = this.start(peer) + DESCRIPTOR * i
    const b = this.start(peer) + DESCRIPTOR * j
    const other = words[a]
    const made = words[a + 1]
    words[a] = words[b]
    words[a + 1] = words[b + 1]
    words[b] = other
    words[b + 1] = made
  }

  persist(archive: Archive): void {
    archive.array(this.words)
    archive.array(this.sizes)
  }
}
