import type { Archive, Persistent } from '@hearsay/core'

/**
 * The fingerprint of a run: a rolling hash of what each hosted peer handled, in its own order, so that it does not depend
 * on how the events of different peers interleave, and one digest over all of them.
 */
export class TraceHash implements Persistent {
  /** Two words per peer. */
  readonly #lanes: Int32Array

  constructor(peers: number) {
    this.#lanes = new Int32Array(2 * peers)
    for (let lane = 0; lane < this.#lanes.length; lane++)
      this.#lanes[lane] = 0x9e3779b9 ^ Math.imul(lane + 1, 0x85ebca6b)
  }

  /** Adds a timer that `peer` has handled. */
  addTimer(peer: number, time: number, timer: number): void {
    const lane = 2 * peer
    const mixed = Math.imul(this.#lanes[lane] ^ time, 0x01000193)
    this.#lanes[lane] = Math.imul(mixed ^ (mixed >>> 15) ^ timer, 0x85ebca6b)
  }

  /** Adds a message that `peer` has handled. Of each number the low 32 bits of its integer part count. */
  addMessage(peer: number, time: number, origin: number, value: number, stamp: number, word: number): void {
    const lane = 2 * peer
    const first = Math.imul(this.#lanes[lane] ^ time, 0x01000193)
    const second = Math.imul(this.#lanes[lane + 1] ^ stamp, 0x27d4eb2f)
    const third = Math.imul(first ^ (first >>> 15) ^ origin, 0x85ebca6b)
    const fourth = Math.imul(second ^ (second >>> 15) ^ word, 0x165667b1)
    this.#lanes[lane] = third ^ (fourth >>> 16) ^ value
    this.#lanes[lane + 1] = fourth ^ (third >>> 17)
  }

  persist(archive: Archive): void {
    archive.array(this.#lanes)
  }

  /** The state of the peers `first` … `end` − 1. */
  lanes(first: number, end: number): Int32Array {
    return this.#lanes.slice(2 * first, 2 * end)
  }

  digest(): string {
    return digestOf(this.#lanes)
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
