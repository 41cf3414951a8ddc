import { PEER_WORDS, PeerWord } from './peer-words.ts'

// Constants of this module, which the engine folds: those that a module imports it reads anew each time.
const STRIDE = PEER_WORDS
const TRACE = PeerWord.trace

/**
 * The fingerprint of a run: a rolling hash of what each hosted peer handled, in its own order, so that it does not depend
 * on how the events of different peers interleave, and one digest over all of them.
 */
export class TraceHash {
  readonly #words: Int32Array

  /** @param words - Its words of all peers are taken into use; see {@link PeerWord}. */
  constructor(words: Int32Array) {
    this.#words = words
    for (let peer = 0; peer < words.length / STRIDE; peer++) {
      const lane = STRIDE * peer + TRACE
      words[lane] = 0x9e3779b9 ^ Math.imul(2 * peer + 1, 0x85ebca6b)
      words[lane + 1] = 0x9e3779b9 ^ Math.imul(2 * peer + 2, 0x85ebca6b)
    }
  }

  /** Adds a timer that `peer` has handled. */
  addTimer(peer: number, time: number, timer: number): void {
    const lane = STRIDE * peer + TRACE
    const mixed = Math.imul(this.#words[lane] ^ time, 0x01000193)
    this.#words[lane] = Math.imul(mixed ^ (mixed >>> 15) ^ timer, 0x85ebca6b)
  }

  /** Adds a message that `peer` has handled. Of each number the low 32 bits of its integer part count. */
  addMessage(peer: number, time: number, origin: number, value: number, stamp: number, word: number): void {
    const lane = STRIDE * peer + TRACE
    const first = Math.imul(this.#words[lane] ^ time, 0x01000193)
    const second = Math.imul(this.#words[lane + 1] ^ stamp, 0x27d4eb2f)
    const third = Math.imul(first ^ (first >>> 15) ^ origin, 0x85ebca6b)
    const fourth = Math.imul(second ^ (second >>> 15) ^ word, 0x165667b1)
    this.#words[lane] = third ^ (fourth >>> 16) ^ value
    this.#words[lane + 1] = fourth ^ (third >>> 17)
  }

  /** The state of the peers `first` … `end` − 1, two words each. */
  lanes(first: number, end: number): Int32Array {
    const lanes = new Int32Array(2 * (end - first))
    for (let peer = first; peer < end; peer++) {
      const lane = STRIDE * peer + TRACE
      lanes[2 * (peer - first)] = this.#words[lane]
      lanes[2 * (peer - first) + 1] = this.#words[lane + 1]
    }
    return lanes
  }

  digest(): string {
    return digestOf(this.lanes(0, this.#words.length / STRIDE))
  }
}

/** One digest over the lanes of all peers: 32 hexadecimal digits. */
export function digestOf(lanes: Int32Array): string {
  const state = new Uint32Array([0x811c9dc5, 0x9747b28c, 0x1b873593, 0xe6546b64])
  for (let lane = 0; lane < lanes.length; lane++) {
    const word = lane & 3
    state[word] = Math.imul(state[word] ^ lanes[lane] ^ (state[(word + 1) & 3] >>> 11), 0x01000193)
    state[word] = (state[word] ^ (state[word] >>> 15)) + lane
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
