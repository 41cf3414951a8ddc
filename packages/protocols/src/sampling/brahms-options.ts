import { type Memory, type PeerSampler, UsageError } from '@hearsay/core'
import type { PeriodOptions } from '../period.ts'

/** What a `Brahms` needs. */
export interface BrahmsOptions extends PeriodOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /**
   * ℓ₁: peers that a view holds, 4 … 127. The paper takes about the cube root of the population.
   *
   * @defaultValue 20
   */
  readonly viewSize?: number
  /**
   * ℓ₂: samplers of a peer, 1 … 127.
   *
   * @defaultValue as `viewSize`
   */
  readonly samplers?: number
  /**
   * α: the share of a view that is pushed to and renewed by pushes, in (0, 1).
   *
   * @defaultValue 0.45
   */
  readonly pushShare?: number
  /**
   * β: the share of a view that is pulled from and renewed by pulls, in (0, 1); α + β ≤ 1. What remains, γ, is renewed from
   * the samplers.
   *
   * @defaultValue 0.45
   */
  readonly pullShare?: number
  /**
   * What a peer is called wherever it is hosted, as a 32-bit integer: samplers hash it.
   *
   * @defaultValue the host's own number of the peer
   */
  readonly identityOf?: (peer: number) => number
  /** Asked for a partner where a view is empty. */
  readonly fallback?: PeerSampler
}

/** The sizes that follow from the options. */
export interface BrahmsSizes {
  readonly view: number
  readonly samplers: number
  readonly pushes: number
  readonly pulls: number
  readonly history: number
}

/** @throws {@link UsageError} `VIEW_SIZE`, `SAMPLERS` or `BRAHMS_SHARES` when an option is out of its range. */
export function brahmsSizes(options: BrahmsOptions): BrahmsSizes {
  const { viewSize = 20, samplers = viewSize, pushShare = 0.45, pullShare = 0.45 } = options
  if (!Number.isInteger(viewSize) || viewSize < 4 || viewSize > 127) {
    throw new UsageError('VIEW_SIZE', `a view holds 4 … 127 peers, not ${viewSize}`)
  }
  if (!Number.isInteger(samplers) || samplers < 1 || samplers > 127) {
    throw new UsageError('SAMPLERS', `a peer has 1 … 127 samplers, not ${samplers}`)
  }
  if (!(pushShare > 0 && pullShare > 0 && pushShare + pullShare <= 1)) {
    const given = `${pushShare} and ${pullShare}`
    throw new UsageError('BRAHMS_SHARES', `pushShare and pullShare are > 0 and together at most 1, not ${given}`)
  }
  const pushes = Math.max(1, Math.round(pushShare * viewSize))
  const pulls = Math.max(1, Math.min(viewSize - pushes, Math.round(pullShare * viewSize)))
  return { view: viewSize, samplers, pushes, pulls, history: viewSize - pushes - pulls }
}
