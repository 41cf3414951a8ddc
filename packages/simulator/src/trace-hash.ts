/**
 * The fingerprint of a run: a rolling hash of what each hosted peer handled, in its own order, so that it does not depend
 * on how the events of different peers interleave, and one digest over all of them.
 */
export class TraceHash {
  /** Two words per peer. */
  readonly #lanes: Int32Array

  constructor(peers: number) {
    this.#lanes = new Int32Array(2 * peers)
    for (let lane = 0; lane < this.#lanes.length; lane++) this.#lanes[lane] = 0x9e3779b9 ^ Math.imul(lane + 1, 0x85ebca6b)
  }

  /** Adds what `peer` handled: five 32-bit words (fractions and high bits are dropped by the caller's choice). */
  add(peer: number, a: number, b: number, c: number, d: number, e: number): void {
    const lane = 2 * peer
    let first = this.#lanes[lane]
    let second = this.#lanes[lane + 1]
    first = Math.imul(first ^ a, 0x01000193)
    first = Math.imul((first ^ b) + (first >>> 15), 0x85ebca6b)
    first = Math.imul((first ^ c) + (first >>> 13), 0xc2b2ae35)
    second = Math.imul(second ^ d, 0x27d4eb2f)
    second = Math.imul((second ^ e) + (second >>> 15), 0x165667b1)
    this.#lanes[lane] = first ^ (second >>> 16)
    this.#lanes[lane + 1] = second ^ (first >>> 17)
  }

  /** 32 hexadecimal digits. */
  digest(): string {
    const state = new Uint32Array([0x811c9dc5, 0x9747b28c, 0x1b873593, 0xe6546b64])
    for (let lane = 0; lane < this.#lanes.length; lane++) {
      const word = lane & 3
      state[word] = Math.imul(state[word] ^ this.#lanes[lane] ^ (state[(word + 1) & 3] >>> 11), 0x01000193)
      state[word] = (state[word] ^ (state[word] >>> 15)) + lane
    }
    return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }
}
