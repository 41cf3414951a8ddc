import type { Archive, Random } from '@hearsay/core'

/** For each peer a uniform choice of up to `capacity` elements out of a stream (Vitter 1985, algorithm R). */
export class Reservoirs {
  readonly capacity: number
  /** Elements that each peer's stream has had. */
  readonly counts: Int32Array
  readonly #elements: Int32Array

  constructor(peers: number, capacity: number) {
    this.capacity = capacity
    this.counts = new Int32Array(peers)
    this.#elements = new Int32Array(peers * capacity)
  }

  add(self: number, element: number, random: Random): void {
    const count = this.counts[self]++
    const place = count < this.capacity ? count : random.below(count + 1)
    if (place < this.capacity) this.#elements[self * this.capacity + place] = element
  }

  /** Elements kept. */
  size(self: number): number {
    return Math.min(this.counts[self], this.capacity)
  }

  element(self: number, index: number): number {
    return this.#elements[self * this.capacity + index]
  }

  clear(self: number): void {
    this.counts[self] = 0
  }

  persist(archive: Archive): void {
    archive.array(this.counts)
    archive.array(this.#elements)
  }
}
