import { randomStream } from '@hearsay/core'
import { checkAtLeast, checkInteger, checkInterval, checkProbability } from '../network/checks.ts'
import { drawShare } from '../network/draw-share.ts'
import { SetupPurpose } from '../network/setup-streams.ts'
import type { Availability } from './availability.ts'

/** Many peers that go down at once. */
export interface MassCrashOptions {
  /** Peers of the run. */
  readonly peers: number
  /** Draws who crashes: a safe integer ≥ 0. */
  readonly seed: number
  /** The share in [0, 1] that crashes: round(share · peers) peers exactly. */
  readonly share: number
  /** When, ≥ 0; rounded to whole milliseconds. */
  readonly atMs: number
  /**
   * When they are back; rounded to whole milliseconds. With their state, unless {@link withStateLoss} says otherwise.
   *
   * @defaultValue Infinity: never
   */
  readonly untilMs?: number
}

/**
 * The sudden crash of a share of the peers, who have no chance to say so. The others are always online: compose it with
 * churn where there is some.
 *
 * @throws {@link UsageError} `PEERS`, `CRASH`, `INTERVAL` when an option is out of its range.
 */
export function massCrash(options: MassCrashOptions): Availability {
  const { peers, seed, share } = options
  checkInteger('PEERS', 'the number of peers', peers, 1)
  checkProbability('CRASH', 'the share of peers that crash', share)
  const atMs = Math.round(checkAtLeast('CRASH', 'the time of a crash', options.atMs, 0))
  const untilMs = Math.round(options.untilMs ?? Number.POSITIVE_INFINITY)
  checkInterval('an absence after a crash', atMs, untilMs)
  const crashed = drawShare(randomStream(seed, 0, SetupPurpose.crash), peers, share)
  return {
    isOnlineAtStart: (_random, peer) => crashed[peer] === 0 || atMs > 0,
    nextChangeMs: (_random, peer, nowMs, online) => {
      if (!online) return Math.max(nowMs, untilMs)
      return crashed[peer] === 1 && nowMs < atMs ? atMs : Number.POSITIVE_INFINITY
    },
  }
}
