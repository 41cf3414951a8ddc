import { type Archive, type Persistent, UsageError } from '@hearsay/core'

/** The last `size` event identifiers that each peer has met: what it takes for a duplicate. */
export class IdRing implements Persistent {
  readonly size: number
  /** Row i is the ring of peer i, 0 where nothing was written yet. */
  readonly #ids: Float64Array
  readonly #next: Int32Array

  /** @param size - 1 … 65536. @throws {@link UsageError} `REMEMBERED` where it is not. */
  constructor(peers: number, size: number) {
    if (!Number.isInteger(size) || size < 1 || size > 65536) {
      throw new UsageError('REMEMBERED', `a peer remembers 1 … 65536 identifiers, not ${size}`)
    }
    this.size = size
    this.#ids = new Float64Array(peers * size)
    this.#next = new Int32Array(peers)
  }

  has(peer: number, id: number): boolean {
    const end = (peer + 1) * this.size
    for (let at = peer * this.size; at < end; at++) if (this.#ids[at] === id) return true
    return false
  }

  /** Adds an identifier, in place of the oldest. */
  add(peer: number, id: number): void {
    this.#ids[peer * this.size + this.#next[peer]] = id
    this.#next[peer] = (this.#next[peer] + 1) % this.size
  }

  /** The identifier that was added `back` steps before the last one, 0 ≤ back < size; 0 where there is none. */
  recent(peer: number, back: number): number {
    return this.#ids[peer * this.size + ((this.#next[peer] - 1 - back + 2 * this.size) % this.size)]
  }

  clear(peer: number): void {
    this.#ids.fill(0, peer * this.size, (peer + 1) * this.size)
    this.#next[peer] = 0
  }

  persist(archive: Archive): void {
    archive.array(this.#ids)
    archive.array(this.#next)
  }
}
