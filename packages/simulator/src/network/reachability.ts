import { type Archive, NOBODY, type Random, randomStream } from '@hearsay/core'
import { checkInteger, checkPositive, checkProbability } from './checks.ts'
import { drawShare } from './draw-share.ts'
import { LOST, type NetworkModel } from './network-model.ts'
import { SetupPurpose } from './setup-streams.ts'

/** Peers behind address translators (NAT), which others cannot reach unasked. */
export interface ReachabilityOptions {
  /** Peers of the run. */
  readonly peers: number
  /** Draws who is behind a translator: a safe integer ≥ 0. */
  readonly seed: number
  /** The share in [0, 1] of peers, exactly rounded, that is behind one. */
  readonly share: number
  /**
   * How long a translator lets a peer's messages in after the last message to it, > 0.
   *
   * @defaultValue 300 000, as RFC 4787 (REQ-5) recommends
   */
  readonly timeoutMs?: number
  /**
   * How many peers each translator remembers, 1 … 4096; the one that was written to the longest time ago makes room.
   *
   * @defaultValue 16
   */
  readonly bindingsMax?: number
}

/** Which peers can be reached unasked. */
export interface ReachabilityNetwork extends NetworkModel {
  /** Whether everyone can reach `peer`. */
  isPublic(peer: number): boolean
}

/**
 * A part for {@link composeNetwork}: a peer behind a translator receives only from peers that it has itself sent to within
 * the timeout (address-dependent filtering with outbound refresh, RFC 4787, §4.3 and §5). What it sends opens the way
 * even if it is lost further on. Between two peers behind translators both must send before either receives.
 *
 * @throws {@link UsageError} `PEERS`, `REACHABILITY` when an option is out of its range.
 */
export function oneWayReachability(options: ReachabilityOptions): ReachabilityNetwork {
  return new Translators(options)
}

class Translators implements ReachabilityNetwork {
  readonly minimumDelayMs = 0
  readonly #timeoutMs: number
  readonly #bindings: number
  /** The row of each peer's translator, −1 for none. */
  readonly #rows: Int32Array
  /** Whom each translator remembers, and when it was written to last: `bindings` per row. */
  readonly #partners: Int32Array
  readonly #timesMs: Float64Array

  constructor({ peers, seed, share, timeoutMs = 300_000, bindingsMax = 16 }: ReachabilityOptions) {
    checkInteger('PEERS', 'the number of peers', peers, 1)
    checkProbability('REACHABILITY', 'the share of peers behind a translator', share)
    this.#timeoutMs = checkPositive('REACHABILITY', 'the timeout of a translator', timeoutMs)
    this.#bindings = checkInteger('REACHABILITY', 'the number of bindings', bindingsMax, 1, 4096)
    const translated = drawShare(randomStream(seed, 0, SetupPurpose.reachability), peers, share)
    this.#rows = new Int32Array(peers).fill(-1)
    let rows = 0
    for (let peer = 0; peer < peers; peer++) {
      if (translated[peer] === 1) this.#rows[peer] = rows++
    }
    this.#partners = new Int32Array(rows * bindingsMax).fill(NOBODY)
    this.#timesMs = new Float64Array(rows * bindingsMax).fill(Number.NEGATIVE_INFINITY)
  }

  isPublic(peer: number): boolean {
    return this.#rows[peer] < 0
  }

  transfer(_random: Random, from: number, to: number, _words: number, nowMs: number): number {
    const row = this.#rows[from]
    if (row < 0) return 0
    let slot = row * this.#bindings
    for (let i = slot, end = slot + this.#bindings; i < end; i++) {
      if (this.#partners[i] === to) {
        slot = i
        break
      }
      if (this.#timesMs[i] < this.#timesMs[slot]) slot = i
    }
    this.#partners[slot] = to
    this.#timesMs[slot] = nowMs
    return 0
  }

  receive(_random: Random, from: number, to: number, _words: number, nowMs: number): number {
    const row = this.#rows[to]
    if (row < 0) return 0
    for (let i = row * this.#bindings, end = i + this.#bindings; i < end; i++) {
      if (this.#partners[i] === from) return nowMs - this.#timesMs[i] <= this.#timeoutMs ? 0 : LOST
    }
    return LOST
  }

  persist(archive: Archive): void {
    archive.array(this.#partners)
    archive.array(this.#timesMs)
  }
}
