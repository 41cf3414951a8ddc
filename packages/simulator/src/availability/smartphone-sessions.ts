import { naturalLogarithm, type Random, UsageError } from '@hearsay/core'
import { checkInteger, checkPositive } from '../network/checks.ts'
import { linkHash } from '../network/link-hash.ts'
import { SetupPurpose } from '../network/setup-streams.ts'
import { cumulativeWeights, firstAbove } from '../network/weighted-choice.ts'
import type { Availability } from './availability.ts'
import { DAY_MS, DailyRhythm, HOUR_MS } from './daily-rhythm.ts'

/** Synthetic smartphones, which take part while they are charged, most of all at night. */
export interface SmartphoneSessionsOptions {
  /** Draws the peers' time zones: a safe integer ≥ 0. */
  readonly seed: number
  /**
   * Mean length of a session in milliseconds, > 0.
   *
   * @defaultValue 81 minutes
   */
  readonly meanSessionMs?: number
  /**
   * Share of the peers online, in (0, 1), as a mean over a day.
   *
   * @defaultValue 0.22
   */
  readonly onlineFraction?: number
  /**
   * How likely an absent peer comes online in each hour of its local day, 24 weights from midnight on, in proportion.
   *
   * @defaultValue most at 22 h, least from 10 h to 16 h, by a factor of 3.7
   */
  readonly hourlyWeights?: readonly number[]
  /**
   * Where peers are. The default is made up like everything here.
   *
   * @defaultValue a half at UTC+1, a quarter each at UTC−5 and UTC+8
   */
  readonly timeZones?: readonly TimeZone[]
  /**
   * The hour of the day in UTC, in [0, 24), at which a run starts.
   *
   * @defaultValue 0
   */
  readonly startHour?: number
}

/** Peers whose clocks show the same. */
export interface TimeZone {
  /** In −24 … 24. */
  readonly utcOffsetHours: number
  /** Share of the peers, in proportion, ≥ 0. */
  readonly weight: number
}

const HOURLY_WEIGHTS: readonly number[] = [
  1.6, 1.2, 1, 0.8, 0.8, 0.9, 1.2, 1.2, 0.9, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.7, 0.8, 1, 1.2, 1.5, 1.9, 2.2, 2,
]

const TIME_ZONES: readonly TimeZone[] = [
  { utcOffsetHours: 1, weight: 2 },
  { utcOffsetHours: -5, weight: 1 },
  { utcOffsetHours: 8, weight: 1 },
]

/**
 * A **synthetic** stand-in for traces of smartphones, such as those behind Hegedűs, Danner, Jelasity 2021, which are not
 * public: sessions of 81 minutes on average, 22 % of the peers online, more of them at night. Sessions are exponential;
 * absences end at a rate that follows the peer's local time. It is stationary from the start. {@link recordSessions} makes
 * a trace of it.
 *
 * @throws {@link UsageError} `RHYTHM`, `WEIGHTS` when an option is out of its range.
 */
export function smartphoneSessions(options: SmartphoneSessionsOptions): Availability {
  return new Smartphones(options)
}

class Smartphones implements Availability {
  readonly #rhythm: DailyRhythm
  readonly #meanSessionMs: number
  readonly #seed: number
  /** Local time of the start, by time zone, and the sums of the zones' weights. */
  readonly #startsMs: Float64Array
  readonly #weights: Float64Array
  /** The sum of a day's rates of coming online. */
  readonly #perDay: number

  constructor(options: SmartphoneSessionsOptions) {
    const { seed, meanSessionMs = 81 * 60_000, onlineFraction = 0.22, startHour = 0 } = options
    const { hourlyWeights = HOURLY_WEIGHTS, timeZones = TIME_ZONES } = options
    this.#seed = checkInteger('RHYTHM', 'the seed of time zones', seed, 0, Number.MAX_SAFE_INTEGER)
    this.#meanSessionMs = checkPositive('RHYTHM', 'the mean length of a session', meanSessionMs)
    if (!(onlineFraction > 0 && onlineFraction < 1)) {
      throw new UsageError('RHYTHM', `the fraction of peers online is in (0, 1), not ${onlineFraction}`)
    }
    if (!(startHour >= 0 && startHour < 24))
      throw new UsageError('RHYTHM', `the hour of the start is in [0, 24), not ${startHour}`)
    this.#rhythm = new DailyRhythm(hourlyWeights, meanSessionMs, onlineFraction)
    this.#perDay = this.#rhythm.rates.reduce((sum, rate) => sum + rate, 0) * HOUR_MS
    this.#weights = cumulativeWeights(timeZones.map(({ weight }) => weight))
    this.#startsMs = Float64Array.from(timeZones, ({ utcOffsetHours }) => {
      if (!(utcOffsetHours >= -24 && utcOffsetHours <= 24)) {
        throw new UsageError('RHYTHM', `the offset of a time zone is in -24 … 24 hours, not ${utcOffsetHours}`)
      }
      return ((startHour + utcOffsetHours + 24) * HOUR_MS) % DAY_MS
    })
  }

  isOnlineAtStart(random: Random, peer: number): boolean {
    return random.float64() < this.#rhythm.onlineAt(this.#localStartMs(peer))
  }

  nextChangeMs(random: Random, peer: number, nowMs: number, online: boolean): number {
    const lifetime = -naturalLogarithm(1 - random.float64())
    if (online) return nowMs + lifetime * this.#meanSessionMs
    return nowMs + this.#absenceMs(lifetime, (this.#localStartMs(peer) + nowMs) % DAY_MS)
  }

  /** How long it takes from a time of the day on until the rates of coming online have added up to `wanted`. */
  #absenceMs(wanted: number, fromMs: number): number {
    const { rates } = this.#rhythm
    const days = Math.floor(wanted / this.#perDay)
    let missing = wanted - days * this.#perDay
    let timeMs = fromMs
    for (let hour = Math.floor(fromMs / HOUR_MS); ; hour++) {
      const untilMs = (hour + 1) * HOUR_MS
      const added = rates[hour % 24] * (untilMs - timeMs)
      if (added > missing) return days * DAY_MS + timeMs + missing / rates[hour % 24] - fromMs
      missing -= added
      timeMs = untilMs
    }
  }

  #localStartMs(peer: number): number {
    const draw = linkHash(this.#seed, peer, SetupPurpose.timeZones)
    return this.#startsMs[firstAbove(this.#weights, draw * this.#weights[this.#weights.length - 1])]
  }
}
