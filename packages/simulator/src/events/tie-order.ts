import type { Archive, Persistent } from '@hearsay/core'
import { PEER_WORDS, PeerWord } from '../peer-words.ts'
import { Word } from './message-record.ts'

// Constants of this module, which the engine folds: those that a module imports it reads anew each time.
const { target: TARGET, source: SOURCE, sentAt: SENT_AT } = Word
const STRIDE = PEER_WORDS
const SEEN = PeerWord.seen

/** From here on, the messages of one peer at one moment are sorted by the library rather than by insertion. */
const MANY = 32

/**
 * Puts the messages that reach one peer at one moment into the order of (time of sending, sender, sending). Between
 * different peers there is no order to keep, since a handler touches the rows of its own peer only. What a run does thus
 * depends neither on how the peers' events interleave nor on how peers are spread over workers.
 */
export class TieOrder implements Persistent {
  /** For each peer, among other words, where in the sequence of all messages its last one was seen. */
  readonly #words: Int32Array
  /** The number in that sequence of the first message of this moment. */
  #base = 1
  /** For each message of this moment, the place of the one before it to the same peer, or −1. */
  #previous = new Int32Array(64)
  /** Places of the messages that belong before the one before them to the same peer. */
  readonly #misplaced: number[] = []

  /** @param words - Its words of all peers, zero, are taken into use; see {@link PeerWord}. */
  constructor(words: Int32Array) {
    this.#words = words
  }

  /**
   * Sorts the first `count` entries of `records`, which are first words of message records in the order in which they were
   * inserted; messages to different peers keep their places.
   */
  arrange(records: Int32Array, count: number, words: Int32Array): void {
    if (count < 2) return
    if (this.#base > 0x7fffffff - count) {
      for (let at: number = SEEN; at < this.#words.length; at += STRIDE) this.#words[at] = 0
      this.#base = 1
    }
    if (this.#previous.length < count) this.#previous = new Int32Array(2 * count)
    const seen = this.#words
    const previous = this.#previous
    const base = this.#base
    for (let place = 0; place < count; place++) {
      const at = words[records[place] + TARGET] * STRIDE + SEEN
      const last = seen[at] - base
      previous[place] = last
      if (last >= 0 && compare(words, records[last], records[place]) > 0) this.#misplaced.push(place)
      seen[at] = base + place
    }
    this.#base += count
    if (this.#misplaced.length > 0) this.#sortGroups(records, words, base)
  }

  /** Its words of the peers are saved by whoever has them. */
  persist(archive: Archive): void {
    this.#base = archive.number(this.#base)
  }

  #sortGroups(records: Int32Array, words: Int32Array, base: number): void {
    const previous = this.#previous
    // The last of a peer's messages leads back to all of them; it no longer does once they are sorted.
    for (const misplaced of this.#misplaced) {
      const target = words[records[misplaced] + TARGET]
      const last = this.#words[target * STRIDE + SEEN] - base
      if (previous[last] < 0) continue
      const places: number[] = []
      for (let place = last; place >= 0; place = previous[place]) places.push(place)
      places.reverse()
      const sorted = places.map((place) => records[place])
      if (places.length < MANY) insertionSort(sorted, words)
      else sorted.sort((one, other) => compare(words, one, other))
      for (let k = 0; k < places.length; k++) records[places[k]] = sorted[k]
      previous[last] = -1
    }
    this.#misplaced.length = 0
  }
}

/** Times of sending are kept in 32 bits: they are compared by their difference. */
function compare(words: Int32Array, one: number, other: number): number {
  const byTime = (words[one + SENT_AT] - words[other + SENT_AT]) | 0
  return byTime === 0 ? words[one + SOURCE] - words[other + SOURCE] : byTime
}

/** Stable, and quick for what is nearly sorted. */
function insertionSort(records: number[], words: Int32Array): void {
  for (let i = 1; i < records.length; i++) {
    const record = records[i]
    let k = i
    for (; k > 0 && compare(words, records[k - 1], record) > 0; k--) records[k] = records[k - 1]
    records[k] = record
  }
}
