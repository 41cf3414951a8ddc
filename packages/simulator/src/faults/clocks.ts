import { type Random, UsageError } from '@hearsay/core'
import { checkAtLeast } from '../network/checks.ts'

/** The clocks of peers, where they do not all show the virtual time. */
export interface Clocks {
  /** What the clock of `peer` shows at the virtual time `nowMs`: ≥ 0, and never going back. */
  localMs(peer: number, nowMs: number): number
  /** The virtual milliseconds ≥ 0 that pass while the clock of `peer` advances by `delayMs`. */
  virtualMs(peer: number, delayMs: number): number
}

/** How wrong clocks are. */
export interface ClockSkew {
  /** Clocks run by a factor in [1 − rate, 1 + rate] of virtual time; 0 ≤ rate < 1. */
  readonly rate: number
  /**
   * Clocks are ahead of virtual time by up to so many milliseconds at the start, ≥ 0.
   *
   * @defaultValue 0
   */
  readonly offsetMs?: number
}

/**
 * Clocks with a constant rate and a constant offset for each peer, both uniform.
 *
 * @param random - Draws them.
 * @throws {@link UsageError} `CLOCK` when a number is out of its range.
 */
export function skewedClocks(peers: number, { rate, offsetMs = 0 }: ClockSkew, random: Random): Clocks {
  if (!(rate >= 0 && rate < 1)) throw new UsageError('CLOCK', `the skew of clocks is in [0, 1), not ${rate}`)
  checkAtLeast('CLOCK', 'the offset of clocks', offsetMs, 0)
  const rates = new Float64Array(peers)
  const offsets = new Float64Array(peers)
  for (let peer = 0; peer < peers; peer++) {
    rates[peer] = 1 + rate * (2 * random.float64() - 1)
    offsets[peer] = offsetMs * random.float64()
  }
  return {
    localMs: (peer, nowMs) => offsets[peer] + rates[peer] * nowMs,
    virtualMs: (peer, delayMs) => delayMs / rates[peer],
  }
}
