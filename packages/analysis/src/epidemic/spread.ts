import type { Random } from '@hearsay/core'
import { checkParameter } from '../numeric/check.ts'
import type { AntiEntropyMode } from './anti-entropy.ts'

/**
 * Synchronous anti-entropy of one update among n individuals, exactly: each round, every peer that has a reason to
 * calls one other, drawn uniformly; who knows is judged at the start of the round. Peer 0 knows at the start.
 */
export class Spread {
  readonly #mode: AntiEntropyMode
  readonly #random: Random
  readonly #knows: Uint8Array
  readonly #next: Uint8Array
  #informed = 1

  /**
   * @param peers - An integer ≥ 2.
   * @throws {@link UsageError} `PARAMETER_INVALID`.
   */
  constructor(mode: AntiEntropyMode, peers: number, random: Random) {
    checkParameter('peers', peers, { min: 2, integer: true })
    this.#mode = mode
    this.#random = random
    this.#knows = new Uint8Array(peers)
    this.#knows[0] = 1
    this.#next = this.#knows.slice()
  }

  /** Peers that know. */
  get informed(): number {
    return this.#informed
  }

  /** Runs one round. */
  round(): void {
    const knows = this.#knows
    const next = this.#next
    const peers = knows.length
    const pushes = this.#mode !== 'pull'
    const pulls = this.#mode !== 'push'
    for (let caller = 0; caller < peers; caller++) {
      if (!(knows[caller] === 1 ? pushes : pulls)) continue
      const drawn = this.#random.below(peers - 1)
      const called = drawn < caller ? drawn : drawn + 1
      if (knows[caller] === 1) this.#inform(next, called)
      else if (knows[called] === 1) this.#inform(next, caller)
    }
    knows.set(next)
  }

  #inform(next: Uint8Array, peer: number): void {
    if (next[peer] === 1) return
    next[peer] = 1
    this.#informed++
  }
}
