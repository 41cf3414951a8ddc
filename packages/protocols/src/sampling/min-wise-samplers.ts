import { type Archive, NOBODY, type Random } from '@hearsay/core'

/**
 * Min-wise independent samplers (Bortnikov, Gurevich, Keidar, Kliot, Shraer 2009, §3): each keeps that peer of a stream whose
 * hash under the sampler's own random function is the least. It is a uniform choice among the *different* peers of the
 * stream, however often some of them come.
 */
export class MinWiseSamplers {
  /** Samplers of each peer. */
  readonly count: number
  readonly #identityOf: (peer: number) => number
  /** Row i: key, least hash and peer of each sampler of peer i. */
  readonly #keys: Int32Array
  readonly #least: Int32Array
  readonly #samples: Int32Array

  constructor(peers: number, count: number, identityOf: (peer: number) => number) {
    this.count = count
    this.#identityOf = identityOf
    this.#keys = new Int32Array(peers * count)
    this.#least = new Int32Array(peers * count)
    this.#samples = new Int32Array(peers * count).fill(NOBODY)
  }

  /** Draws new functions for all samplers of a peer, which know nobody then. */
  begin(self: number, random: Random): void {
    for (let sampler = 0; sampler < this.count; sampler++) this.reset(self, sampler, random)
  }

  /** Draws a new function for one sampler. */
  reset(self: number, sampler: number, random: Random): void {
    this.#keys[self * this.count + sampler] = random.uint32()
    this.#samples[self * this.count + sampler] = NOBODY
  }

  /** Draws new functions for the samplers that keep `peer`. */
  forget(self: number, peer: number, random: Random): void {
    for (let sampler = 0; sampler < this.count; sampler++) {
      if (this.sample(self, sampler) === peer) this.reset(self, sampler, random)
    }
  }

  /** Forgets everything about a peer that has lost its state. */
  clear(self: number): void {
    this.#samples.fill(NOBODY, self * this.count, (self + 1) * this.count)
  }

  /** Shows all samplers of `self` one more element of its stream. */
  next(self: number, peer: number): void {
    const identity = this.#identityOf(peer)
    const end = (self + 1) * this.count
    for (let at = self * this.count; at < end; at++) {
      const hash = mix(identity, this.#keys[at])
      if (this.#samples[at] === NOBODY || hash < this.#least[at]) {
        this.#least[at] = hash
        this.#samples[at] = peer
      }
    }
  }

  /** What a sampler keeps, or NOBODY. */
  sample(self: number, sampler: number): number {
    return this.#samples[self * this.count + sampler]
  }

  /** One of the samples, uniformly, or NOBODY where there are none. */
  draw(self: number, random: Random): number {
    const first = random.below(this.count)
    for (let i = 0; i < this.count; i++) {
      const sample = this.sample(self, (first + i) % this.count)
      if (sample !== NOBODY) return sample
    }
    return NOBODY
  }

  persist(archive: Archive): void {
    archive.array(this.#keys)
    archive.array(this.#least)
    archive.array(this.#samples)
  }
}

/** The finaliser of MurmurHash3 (Appleby), keyed twice: for each key a bijection of 32-bit identities. */
function mix(identity: number, key: number): number {
  let h = identity ^ key
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = (Math.imul(h ^ (h >>> 13), 0xc2b2ae35) + key) | 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return h ^ (h >>> 16)
}
