import { type Archive, type Memory, type Persistent, UsageError } from '@hearsay/core'
import { Rows } from '@hearsay/kernels'
import { mixNumber, mixWord } from './word-pairs.ts'

/** What a {@link ReplicaStore} holds. */
export interface ReplicaStoreOptions {
  /** Hosted peers: one replica each. */
  readonly peers: number
  readonly memory: Memory
  /** Entries of a replica, death certificates included, 1 … 65536. What comes beyond is refused. */
  readonly entries: number
  /** Words that a value may have, 0 … 4096. */
  readonly valueWords: number
}

/** The largest timestamp: one bit of a version tells the dead from the living. */
export const TIMESTAMP_MAX: number = 2 ** 52 - 1

/**
 * Replicas of a key–value state {id, value, timestamp}, one a peer, for anti-entropy. Of two versions of an entry, the one
 * with the larger timestamp wins; on a tie a deletion wins over a value, and of two values the larger, word by word. That
 * is a total order, so replicas that have seen the same versions are equal, in whatever order they saw them.
 *
 * A deletion leaves a death certificate: an entry without a value, that spreads like any other and keeps old versions from
 * coming back (Demers et al. 1987, §2).
 */
export class ReplicaStore implements Persistent {
  /** Entries that each replica had no room for. */
  readonly overflows: Int32Array
  readonly entries: number
  readonly valueWords: number
  /** Row i holds the ids of replica i, ascending, and for each its version, 2·timestamp + (1 if dead), and its place. */
  readonly #ids: Float64Array
  readonly #versions: Float64Array
  readonly #places: Int32Array
  readonly #sizes: Int32Array
  /** By place: words and hash of the value. */
  readonly #lengths: Int32Array
  readonly #hashes: Int32Array
  readonly #values: Rows
  readonly #memory: Memory

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor({ peers, memory, entries, valueWords }: ReplicaStoreOptions) {
    if (!Number.isInteger(peers) || peers < 1) throw new UsageError('PEERS', `peers is an integer ≥ 1, not ${peers}`)
    if (!Number.isInteger(entries) || entries < 1 || entries > 65536) {
      throw new UsageError('ENTRIES', `a replica holds 1 … 65536 entries, not ${entries}`)
    }
    if (!Number.isInteger(valueWords) || valueWords < 0 || valueWords > 4096) {
      throw new UsageError('VALUE_WORDS', `a value has 0 … 4096 words, not ${valueWords}`)
    }
    this.entries = entries
    this.valueWords = valueWords
    this.overflows = new Int32Array(peers)
    this.#ids = new Float64Array(peers * entries)
    this.#versions = new Float64Array(peers * entries)
    this.#places = new Int32Array(peers * entries)
    this.#sizes = new Int32Array(peers)
    this.#lengths = new Int32Array(peers * entries)
    this.#hashes = new Int32Array(peers * entries)
    this.#values = new Rows(memory, peers * entries, valueWords)
    this.#memory = memory
    for (let peer = 0; peer < peers; peer++) this.clear(peer)
  }

  /**
   * Writes a value to a hosted peer's replica.
   *
   * @param id - A safe integer ≥ 0.
   * @param timestamp - An integer in 0 … {@link TIMESTAMP_MAX}: milliseconds, or any clock that the writers share.
   * @returns Whether it is the newest version, and there was room.
   * @throws {@link UsageError} `ENTRY` where an argument is out of its range.
   */
  write(peer: number, id: number, value: ArrayLike<number>, timestamp: number): boolean {
    assertEntry(id, timestamp)
    if (value.length > this.valueWords) throw new UsageError('ENTRY', `${value.length} words exceed ${this.valueWords}`)
    return this.apply(peer, id, 2 * timestamp, Int32Array.from(value), 0, value.length)
  }

  /** Deletes an entry from a hosted peer's replica, by a death certificate. As {@link write}. */
  remove(peer: number, id: number, timestamp: number): boolean {
    assertEntry(id, timestamp)
    return this.apply(peer, id, 2 * timestamp + 1, this.#memory.int32, 0, 0)
  }

  /** A copy of the value of an entry; undefined where it is not in the replica, or dead. */
  value(peer: number, id: number): Int32Array | undefined {
    const index = this.#find(peer, id)
    if (index < 0 || this.#versions[index] % 2 === 1) return undefined
    return this.#memory.int32.slice(this.offsetAt(index), this.offsetAt(index) + this.lengthAt(index))
  }

  /** Timestamp of an entry or of its death certificate; −1 where there is neither. */
  timestamp(peer: number, id: number): number {
    const index = this.#find(peer, id)
    return index < 0 ? -1 : Math.floor(this.#versions[index] / 2)
  }

  /** The ids of the living entries of a replica, ascending. */
  ids(peer: number): number[] {
    const found: number[] = []
    for (let index = this.begin(peer); index < this.end(peer); index++) {
      if (this.#versions[index] % 2 === 0) found.push(this.#ids[index])
    }
    return found
  }

  /** Entries of a replica, death certificates included. */
  size(peer: number): number {
    return this.#sizes[peer]
  }

  /**
   * Drops the death certificates of a replica that are older than `timestamp`. An older version that is still somewhere
   * comes back to life: choose it so that every replica has been reached since (Demers et al. 1987, §2.1).
   */
  expire(peer: number, timestamp: number): void {
    for (let index = this.end(peer) - 1; index >= this.begin(peer); index--) {
      const version = this.#versions[index]
      if (version % 2 === 1 && version < 2 * timestamp) this.#removeAt(peer, index)
    }
  }

  /** Empties a replica. */
  clear(peer: number): void {
    const first = peer * this.entries
    for (let i = 0; i < this.entries; i++) this.#places[first + i] = first + i
    this.#sizes[peer] = 0
  }

  persist(archive: Archive): void {
    for (const values of [this.#ids, this.#versions, this.#places, this.#sizes]) archive.array(values)
    for (const values of [this.#lengths, this.#hashes, this.overflows]) archive.array(values)
  }

  // What follows is for the protocols: entries are named by an index in begin(peer) … end(peer) − 1, in the order of ids,
  // which holds until the replica changes.

  begin(peer: number): number {
    return peer * this.entries
  }

  end(peer: number): number {
    return peer * this.entries + this.#sizes[peer]
  }

  /** The first index of an id ≥ `id`; `end(peer)` where there is none. */
  lowerBound(peer: number, id: number): number {
    let low = this.begin(peer)
    let high = this.end(peer)
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ids[middle] < id) low = middle + 1
      else high = middle
    }
    return low
  }

  idAt(index: number): number {
    return this.#ids[index]
  }

  /** 2 · timestamp, + 1 for a death certificate. */
  versionAt(index: number): number {
    return this.#versions[index]
  }

  lengthAt(index: number): number {
    return this.#lengths[this.#places[index]]
  }

  offsetAt(index: number): number {
    return this.#values.offset(this.#places[index])
  }

  hashAt(index: number): number {
    return this.#hashes[this.#places[index]]
  }

  /** A 32-bit checksum of the entries from one index to before another; sums of different salts are independent. */
  checksum(from: number, to: number, salt: number): number {
    let sum = 0
    for (let index = from; index < to; index++) {
      const entry = mixNumber(mixNumber(salt, this.#ids[index]), this.#versions[index])
      sum = (sum + mixWord(entry, this.hashAt(index))) | 0
    }
    return sum
  }

  /**
   * Takes up a version of an entry that came from elsewhere, where it is newer than what the replica has.
   *
   * @param words - Where the value is: `length` words from `offset`.
   * @returns Whether it did.
   */
  apply(peer: number, id: number, version: number, words: Int32Array, offset: number, length: number): boolean {
    const index = this.lowerBound(peer, id)
    if (index === this.end(peer) || this.#ids[index] !== id) {
      if (this.#sizes[peer] === this.entries) {
        this.overflows[peer]++
        return false
      }
      this.#insertAt(peer, index, id)
    } else if (this.#compare(index, version, words, offset, length) >= 0) {
      return false
    }
    this.#versions[index] = version
    const place = this.#places[index]
    this.#lengths[place] = length
    const at = this.#values.offset(place)
    const { int32 } = this.#memory
    let hash = length
    for (let i = 0; i < length; i++) {
      int32[at + i] = words[offset + i]
      hash = mixWord(hash, words[offset + i])
    }
    this.#hashes[place] = hash
    return true
  }

  /** Whether the entry at `index` is newer (> 0), the same (0) or older (< 0) than a version. */
  #compare(index: number, version: number, words: Int32Array, offset: number, length: number): number {
    if (this.#versions[index] !== version) return this.#versions[index] - version
    if (this.lengthAt(index) !== length) return this.lengthAt(index) - length
    const at = this.offsetAt(index)
    const { int32 } = this.#memory
    for (let i = 0; i < length; i++) if (int32[at + i] !== words[offset + i]) return int32[at + i] - words[offset + i]
    return 0
  }

  #find(peer: number, id: number): number {
    const index = this.lowerBound(peer, id)
    return index < this.end(peer) && this.#ids[index] === id ? index : -1
  }

  /** Makes room at `index`; the place behind the last entry is free, and becomes its own. */
  #insertAt(peer: number, index: number, id: number): void {
    const end = this.end(peer)
    const place = this.#places[end]
    this.#ids.copyWithin(index + 1, index, end)
    this.#versions.copyWithin(index + 1, index, end)
    this.#places.copyWithin(index + 1, index, end)
    this.#ids[index] = id
    this.#places[index] = place
    this.#sizes[peer]++
  }

  #removeAt(peer: number, index: number): void {
    const end = this.end(peer)
    const place = this.#places[index]
    this.#ids.copyWithin(index, index + 1, end)
    this.#versions.copyWithin(index, index + 1, end)
    this.#places.copyWithin(index, index + 1, end)
    this.#places[end - 1] = place
    this.#sizes[peer]--
  }
}

function assertEntry(id: number, timestamp: number): void {
  if (!Number.isSafeInteger(id) || id < 0) throw new UsageError('ENTRY', `an id is a safe integer ≥ 0, not ${id}`)
  if (Number.isInteger(timestamp) && timestamp >= 0 && timestamp <= TIMESTAMP_MAX) return
  throw new UsageError('ENTRY', `a timestamp is an integer in 0 … 2⁵² − 1, not ${timestamp}`)
}
