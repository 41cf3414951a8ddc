import { type Archive, type Persistent, UsageError } from '@hearsay/core'
import { type Kernels, Rows } from '@hearsay/kernels'

/** A peer's place in its ring of models is a byte. */
const VOTES_MAX = 255

/** What models a peer of a population keeps. */
export interface PeerModelsOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly kernels: Kernels
  /** Words of a model. */
  readonly words: number
  /** Models that each peer keeps, the current one included: 1 … 255. */
  readonly votes: number
  /** Whether each peer also keeps the last model that it has received, as it came. */
  readonly keepsLast: boolean
}

/** The models of a population, in a host's memory, and their ages. */
export class PeerModels implements Persistent {
  /** Age of each peer's current model: rows that it has been trained on. */
  readonly ages: Float64Array
  /** The last model that each peer has received; none where it is not kept. */
  readonly last: Rows | undefined
  /** The age of the last model; the ages of the current models where it is not kept. */
  readonly lastAges: Float64Array
  readonly words: number
  readonly votes: number
  readonly #kernels: Kernels
  /** Each peer's last `votes` models, as a ring. */
  readonly #ring: Rows
  readonly #newest: Uint8Array
  /** How many models of the ring are in use. */
  readonly #kept: Uint8Array

  /** @throws {@link UsageError} `VOTES` when `votes` is out of its range. */
  constructor({ peers, kernels, words, votes, keepsLast }: PeerModelsOptions) {
    if (!Number.isInteger(votes) || votes < 1 || votes > VOTES_MAX) {
      throw new UsageError('VOTES', `votes is an integer in 1 … ${VOTES_MAX}, not ${votes}`)
    }
    const { memory } = kernels
    this.#kernels = kernels
    this.words = words
    this.votes = votes
    this.ages = new Float64Array(peers)
    this.#ring = new Rows(memory, peers * votes, words)
    this.#newest = new Uint8Array(peers)
    this.#kept = new Uint8Array(peers).fill(1)
    this.last = keepsLast ? new Rows(memory, peers, words) : undefined
    this.lastAges = keepsLast ? new Float64Array(peers) : this.ages
  }

  /** Offset of a peer's current model. */
  current(peer: number): number {
    return this.#ring.offset(peer * this.votes + this.#newest[peer])
  }

  /** Makes the oldest model of the ring the current one, to be overwritten. Only where there is more than one. */
  advance(peer: number): void {
    const next = this.#newest[peer] + 1
    this.#newest[peer] = next === this.votes ? 0 : next
    if (this.#kept[peer] < this.votes) this.#kept[peer]++
  }

  /** Makes a copy of a peer's current model the current one, to be changed in place. Returns its offset. */
  succeed(peer: number): number {
    const model = this.current(peer)
    if (this.votes === 1) return model
    this.advance(peer)
    const next = this.current(peer)
    this.#kernels.copy(model, next, this.words)
    return next
  }

  /** Offsets of the models that a peer keeps, the newest first: at most `votes`, at least one. */
  kept(peer: number): number[] {
    return Array.from({ length: this.#kept[peer] }, (_, back) => {
      const slot = (this.#newest[peer] - back + this.votes) % this.votes
      return this.#ring.offset(peer * this.votes + slot)
    })
  }

  /** Makes a peer's models what they were at first: one, of age 0, that knows nothing. */
  forget(peer: number): void {
    const { float32 } = this.#kernels.memory
    for (let slot = 0; slot < this.votes; slot++) {
      const model = this.#ring.offset(peer * this.votes + slot)
      float32.fill(0, model, model + this.words)
    }
    this.#newest[peer] = 0
    this.#kept[peer] = 1
    this.ages[peer] = 0
    this.lastAges[peer] = 0
    if (this.last === undefined) return
    const last = this.last.offset(peer)
    float32.fill(0, last, last + this.words)
  }

  persist(archive: Archive): void {
    archive.array(this.ages)
    if (this.last !== undefined) archive.array(this.lastAges)
    archive.array(this.#newest)
    archive.array(this.#kept)
  }
}
