import { type Archive, type Persistent, type Random, UsageError } from '@hearsay/core'

/** One bounded set of peers for each hosted peer, with a number beside each member; what is too much is put out at random. */
export class BoundedPeers implements Persistent {
  readonly limit: number
  readonly #sizes: Int32Array
  /** Row i: the members of the set of peer i, and their numbers. */
  readonly #members: Int32Array
  readonly #numbers: Int32Array

  /** @param limit - Members of a set, 1 … 255. */
  constructor(peers: number, limit: number, name: string) {
    if (!Number.isInteger(limit) || limit < 1 || limit > 255) {
      throw new UsageError('BUFFER', `${name} is an integer in 1 … 255, not ${limit}`)
    }
    this.limit = limit
    this.#sizes = new Int32Array(peers)
    this.#members = new Int32Array(peers * limit)
    this.#numbers = new Int32Array(peers * limit)
  }

  size(owner: number): number {
    return this.#sizes[owner]
  }

  /** A member, 0 ≤ index < size. */
  member(owner: number, index: number): number {
    return this.#members[owner * this.limit + index]
  }

  /** The number beside it. */
  number(owner: number, index: number): number {
    return this.#numbers[owner * this.limit + index]
  }

  /** Index of a member, or −1. */
  indexOf(owner: number, peer: number): number {
    const first = owner * this.limit
    for (let i = 0; i < this.#sizes[owner]; i++) if (this.#members[first + i] === peer) return i
    return -1
  }

  /**
   * Adds a peer that is not a member. Where the set is full, one of all of them, the new one included, is put out.
   *
   * @returns The peer that was put out, or −1.
   */
  add(owner: number, peer: number, number: number, random: Random): number {
    const first = owner * this.limit
    if (this.append(owner, peer, number)) return -1
    const at = random.below(this.limit + 1)
    if (at === this.limit) return peer
    const out = this.#members[first + at]
    this.#set(first + at, peer, number)
    return out
  }

  /** Adds a peer that is not a member, where there is room. @returns Whether there was. */
  append(owner: number, peer: number, number: number): boolean {
    if (this.#sizes[owner] === this.limit) return false
    this.#set(owner * this.limit + this.#sizes[owner]++, peer, number)
    return true
  }

  /** Exchanges two members' indices. */
  swap(owner: number, index: number, other: number): void {
    const [one, two] = [owner * this.limit + index, owner * this.limit + other]
    const [member, number] = [this.#members[one], this.#numbers[one]]
    this.#set(one, this.#members[two], this.#numbers[two])
    this.#set(two, member, number)
  }

  /** Removes the member at `index`; the last one takes its place. */
  removeAt(owner: number, index: number): void {
    const last = owner * this.limit + --this.#sizes[owner]
    this.#set(owner * this.limit + index, this.#members[last], this.#numbers[last])
  }

  /** Counts the numbers of all members down by 1 and removes those that were 0. */
  countDown(owner: number): void {
    for (let i = this.#sizes[owner] - 1; i >= 0; i--) {
      if (this.number(owner, i) === 0) this.removeAt(owner, i)
      else this.#numbers[owner * this.limit + i]--
    }
  }

  clear(owner: number): void {
    this.#sizes[owner] = 0
  }

  persist(archive: Archive): void {
    for (const values of [this.#sizes, this.#members, this.#numbers]) archive.array(values)
  }

  #set(at: number, peer: number, number: number): void {
    this.#members[at] = peer
    this.#numbers[at] = number
  }
}
