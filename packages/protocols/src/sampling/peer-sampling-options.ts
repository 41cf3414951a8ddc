import { type Memory, type PeerSampler, UsageError } from '@hearsay/core'
import type { PeriodOptions } from '../period.ts'

/** The point of the design space that a {@link PeerSampling} stands at. */
export interface PeerSamplingPolicy {
  /**
   * Whom a peer asks: a random member of its view, or the one with the oldest descriptor (`tail` in the paper). One of the
   * latter that does not answer until the next turn is dropped, or it would be asked for ever.
   *
   * @defaultValue `'random'`
   */
  readonly selection?: 'random' | 'oldest'
  /**
   * Whether a partner only receives, or answers with descriptors of its own.
   *
   * @defaultValue `'pushpull'`
   */
  readonly propagation?: 'push' | 'pushpull'
  /**
   * H: the oldest descriptors that a view drops first as it shrinks back to c; 0 … c/2. More of it heals faster.
   *
   * @defaultValue 0
   */
  readonly healing?: number
  /**
   * S: the descriptors just sent that a view drops next; 0 … c/2 − H. More of it balances in-degrees.
   *
   * @defaultValue 0
   */
  readonly swap?: number
}

/** What a {@link PeerSampling} needs. */
export interface PeerSamplingOptions extends PeriodOptions, PeerSamplingPolicy {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /**
   * c: descriptors that a view holds, 2 … 127.
   *
   * @defaultValue 30
   */
  readonly viewSize?: number
  /**
   * The share of a view, in (0, 1], that may have been learned from any one partner. Below 1, ½ for instance, a hub
   * cannot fill a view however often it writes.
   *
   * @defaultValue 1
   */
  readonly partnerShareMax?: number
  /** Asked for a partner where a view is empty. */
  readonly fallback?: PeerSampler
}

/** The three corners of the design space for views of c: blind (H, S) = (0, 0), healer (c/2, 0), swapper (0, c/2). */
export function peerSamplingPreset(name: 'blind' | 'healer' | 'swapper', viewSize: number): PeerSamplingPolicy {
  const half = viewSize >> 1
  return { healing: name === 'healer' ? half : 0, swap: name === 'swapper' ? half : 0 }
}

/** @throws {@link UsageError} `VIEW_SIZE`, `PEER_SAMPLING` or `PARTNER_SHARE` when an option is out of its range. */
export function checkPeerSampling(options: PeerSamplingOptions): Required<PeerSamplingPolicy> & {
  readonly viewSize: number
  readonly partnerShareMax: number
} {
  const { selection = 'random', propagation = 'pushpull', healing = 0, swap = 0 } = options
  const { viewSize = 30, partnerShareMax = 1 } = options
  if (!Number.isInteger(viewSize) || viewSize < 2 || viewSize > 127) {
    throw new UsageError('VIEW_SIZE', `a view holds 2 … 127 descriptors, not ${viewSize}`)
  }
  const sound = Number.isInteger(healing) && Number.isInteger(swap) && healing >= 0 && swap >= 0
  if (!sound || healing + swap > viewSize >> 1) {
    const given = `healing ${healing} and swap ${swap}`
    throw new UsageError('PEER_SAMPLING', `healing and swap are integers ≥ 0 with H + S ≤ c/2, not ${given}`)
  }
  if (!(partnerShareMax > 0 && partnerShareMax <= 1)) {
    throw new UsageError('PARTNER_SHARE', `partnerShareMax is in (0, 1], not ${partnerShareMax}`)
  }
  return { selection, propagation, healing, swap, viewSize, partnerShareMax }
}
