import { type Archive, type Persistent, type Random, RandomStreams } from '@hearsay/core'
import type { Availability } from './availability/availability.ts'
import { Purpose } from './purpose.ts'

/** Which peers are online, since when, and until when. Each session of a peer has a number: odd online, even offline. */
export class Sessions implements Persistent {
  readonly #availability: Availability
  readonly #streams: RandomStreams
  readonly #numbers: Int32Array
  /** When each peer's present session, or absence, began and ends. */
  readonly #begins: Float64Array
  readonly #ends: Float64Array

  constructor(peers: number, seed: number, availability: Availability) {
    this.#availability = availability
    this.#streams = new RandomStreams(peers, seed, Purpose.availability)
    this.#numbers = new Int32Array(peers)
    this.#begins = new Float64Array(peers)
    this.#ends = new Float64Array(peers)
  }

  /** Decides how `peer` starts. Returns when it changes for the first time: Infinity for never. */
  start(peer: number): number {
    const random = this.#streams.at(peer)
    const online = this.#availability.isOnlineAtStart(random, peer)
    this.#numbers[peer] = online ? 1 : 0
    return this.#endOf(peer, 0)
  }

  /** Takes `peer` offline or online. Returns when it changes next: Infinity for never. */
  change(peer: number, now: number): number {
    this.#numbers[peer]++
    this.#begins[peer] = now
    return this.#endOf(peer, now)
  }

  /** The stream that decides about `peer`. */
  random(peer: number): Random {
    return this.#streams.at(peer)
  }

  isOnline(peer: number): boolean {
    return (this.#numbers[peer] & 1) === 1
  }

  /** Whether `peer` is online for the first time. */
  isFirst(peer: number): boolean {
    return this.#numbers[peer] <= 1
  }

  /** The number of the session: what was set up in another one has no effect in it. */
  number(peer: number): number {
    return this.#numbers[peer]
  }

  /** When the present session began, in virtual milliseconds. */
  begin(peer: number): number {
    return this.#begins[peer]
  }

  /** When the present session ends, in virtual milliseconds. */
  end(peer: number): number {
    return this.#ends[peer]
  }

  /** Whether `peer`, which has just come back, has lost its state. */
  isStateLost(peer: number, now: number): boolean {
    return this.#availability.isStateLost?.(this.#streams.at(peer), peer, now) ?? false
  }

  persist(archive: Archive): void {
    this.#availability.persist?.(archive)
    this.#streams.persist(archive)
    for (const array of [this.#numbers, this.#begins, this.#ends]) archive.array(array)
  }

  #endOf(peer: number, now: number): number {
    const end = this.#availability.nextChangeMs(this.#streams.at(peer), peer, now, this.isOnline(peer))
    this.#ends[peer] = end
    return end
  }
}
