import type { Archive, Persistent, Random } from '@hearsay/core'

/** Draws different peers, from the observers' own stream: who is watched changes nothing in a run. */
export class PeerSample implements Persistent {
  readonly #random: Random
  /** All peers, in an order that every draw shuffles further; the first `size` are the sample. */
  readonly #peers: Int32Array
  readonly #size: number

  /**
   * @param peers - Number of peers.
   * @param share - Share of the peers that a sample has, in (0, 1]; at least one peer.
   */
  constructor(peers: number, share: number, random: Random) {
    this.#random = random
    this.#peers = Int32Array.from({ length: peers }, (_, peer) => peer)
    this.#size = Math.min(peers, Math.max(1, Math.round(peers * share)))
  }

  /** The next sample: valid until the next draw. */
  draw(): Int32Array {
    const peers = this.#peers
    for (let i = 0; i < this.#size; i++) {
      const j = i + this.#random.below(peers.length - i)
      const drawn = peers[j]
      peers[j] = peers[i]
      peers[i] = drawn
    }
    return peers.subarray(0, this.#size)
  }

  persist(archive: Archive): void {
    archive.array(this.#peers)
    this.#random.persist(archive)
  }
}
