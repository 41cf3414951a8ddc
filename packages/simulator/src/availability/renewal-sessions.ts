import { UsageError } from '@hearsay/core'
import type { Availability } from './availability.ts'
import { type Duration, type DurationSampler, durationSampler, scaleDuration } from './duration.ts'

/** Sessions and absences that take turns, with independent lengths. */
export interface RenewalSessionsOptions {
  /** Lengths of sessions. */
  readonly online: Duration
  /** Lengths of absences; or else give `onlineFraction`. */
  readonly offline?: Duration
  /**
   * The share in (0, 1] of peers that is online at any moment, exact on average. Absences then have the distribution of
   * sessions, scaled by (1 − fraction) / fraction.
   */
  readonly onlineFraction?: number
}

/**
 * Churn as an alternating renewal process per peer. It is stationary from the start: a run begins in the midst of sessions
 * and absences, and what is left of them is drawn from the residual distribution.
 *
 * Ormándi, Hegedűs, Jelasity 2013, §6.1, have 90 % online and sessions lognormal(0, 1) in cycles of Δ:
 * `{ online: { kind: 'lognormal', medianMs: Δ, sigma: 1 }, onlineFraction: 0.9 }`. Hegedűs, Danner, Jelasity 2021 have
 * exponential sessions: `{ online: { kind: 'exponential', meanMs: 6e6 }, onlineFraction: 0.1 }`.
 *
 * @throws {@link UsageError} `DURATION`, `ONLINE_FRACTION` when an option is out of its range.
 */
export function renewalSessions(options: RenewalSessionsOptions): Availability {
  const online = durationSampler(options.online)
  const offline = absencesOf(options, online)
  if (offline === undefined) return { isOnlineAtStart: () => true, nextChangeMs: () => Number.POSITIVE_INFINITY }
  const fraction = online.meanMs / (online.meanMs + offline.meanMs)
  return {
    isOnlineAtStart: (random) => random.float64() < fraction,
    nextChangeMs: (random, _peer, nowMs, isOnline) => {
      const lengths = isOnline ? online : offline
      return nowMs + (nowMs === 0 ? lengths.drawResidual(random) : lengths.draw(random))
    },
  }
}

/** Undefined where there are none. */
function absencesOf(
  { offline, onlineFraction }: RenewalSessionsOptions,
  online: DurationSampler,
): DurationSampler | undefined {
  if ((offline === undefined) === (onlineFraction === undefined)) {
    throw new UsageError('ONLINE_FRACTION', 'give either the lengths of absences (offline) or the onlineFraction')
  }
  if (offline !== undefined) return durationSampler(offline)
  const fraction = onlineFraction ?? Number.NaN
  if (!(fraction > 0 && fraction <= 1)) {
    throw new UsageError('ONLINE_FRACTION', `the fraction of peers online is in (0, 1], not ${fraction}`)
  }
  return fraction === 1 ? undefined : scaleDuration(online, (1 - fraction) / fraction)
}
