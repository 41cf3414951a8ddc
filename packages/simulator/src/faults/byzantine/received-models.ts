import type { Archive, Persistent } from '@hearsay/core'

/** A model counts for about so many further ones. */
const MEMORY = 16

/**
 * Mean and standard deviation, weight by weight, over the last models that some peers have received: over all of them at
 * first, exponentially weighted later. Each peer has a row of its own.
 */
export class ReceivedModels implements Persistent {
  readonly words: number
  /** Row of each peer, −1 for none. */
  readonly #rows: Int32Array
  readonly #counts: Float64Array
  readonly #means: Float64Array
  readonly #variances: Float64Array

  /** @param isKept - 1 for each peer that has a row. */
  constructor(isKept: Uint8Array, words: number) {
    this.words = words
    this.#rows = new Int32Array(isKept.length).fill(-1)
    let rows = 0
    for (const [peer, kept] of isKept.entries()) if (kept === 1) this.#rows[peer] = rows++
    this.#counts = new Float64Array(rows)
    this.#means = new Float64Array(rows * words)
    this.#variances = new Float64Array(rows * words)
  }

  /** Models that `peer` has received. */
  count(peer: number): number {
    return this.#counts[this.#rows[peer]]
  }

  /** Adds the model of `words` weights at `offset`. */
  add(peer: number, weights: Float32Array, offset: number): void {
    const row = this.#rows[peer]
    const share = Math.max(1 / ++this.#counts[row], 1 / MEMORY)
    for (let i = 0, at = row * this.words; i < this.words; i++, at++) {
      const difference = weights[offset + i] - this.#means[at]
      this.#means[at] += share * difference
      this.#variances[at] = (1 - share) * (this.#variances[at] + share * difference * difference)
    }
  }

  mean(peer: number, weight: number): number {
    return this.#means[this.#rows[peer] * this.words + weight]
  }

  deviation(peer: number, weight: number): number {
    return Math.sqrt(this.#variances[this.#rows[peer] * this.words + weight])
  }

  forget(peer: number): void {
    const row = this.#rows[peer]
    this.#counts[row] = 0
    this.#means.fill(0, row * this.words, (row + 1) * this.words)
    this.#variances.fill(0, row * this.words, (row + 1) * this.words)
  }

  persist(archive: Archive): void {
    for (const values of [this.#counts, this.#means, this.#variances]) archive.array(values)
  }
}
