import { exponential } from '@hearsay/kernels'
import { UsageError } from '@hearsay/core'
import { cumulativeWeights } from '../network/weighted-choice.ts'

export const HOUR_MS = 3_600_000
const HOURS = 24
export const DAY_MS: number = HOURS * HOUR_MS

/**
 * A peer that is online or away, where sessions are exponential and absences end at a rate that depends on the hour of the
 * day. It is a Markov chain with rates constant by the hour, so that all of it is exact: the probability p of being
 * online follows p′ = a(1 − p) − mp within an hour, and its periodic solution is that of a line through 24 such steps.
 */
export class DailyRhythm {
  /** The rate of coming online per millisecond, for each hour of the day. */
  readonly rates: Float64Array
  readonly #departures: number
  /** The probability of being online at the beginning of each hour. */
  readonly #online: Float64Array

  /**
   * @param hourlyWeights - How likely peers come online in each of 24 hours, in proportion.
   * @param meanSessionMs - > 0.
   * @param onlineFraction - The mean over the day, in (0, 1).
   * @throws {@link UsageError} `RHYTHM`, `WEIGHTS` when there are not 24 weights, or none makes for such a fraction.
   */
  constructor(hourlyWeights: readonly number[], meanSessionMs: number, onlineFraction: number) {
    if (hourlyWeights.length !== HOURS) {
      throw new UsageError('RHYTHM', `a day has 24 hourly weights, not ${hourlyWeights.length}`)
    }
    cumulativeWeights(hourlyWeights)
    this.#departures = 1 / meanSessionMs
    this.rates = new Float64Array(HOURS)
    this.#online = new Float64Array(HOURS)
    this.#solve(hourlyWeights, onlineFraction)
  }

  /** The probability in the long run of being online at a time of the day in milliseconds, 0 ≤ timeMs < 24 h. */
  onlineAt(timeMs: number): number {
    const hour = Math.floor(timeMs / HOUR_MS)
    const rate = this.rates[hour] + this.#departures
    const limit = this.rates[hour] / rate
    return limit + (this.#online[hour] - limit) * exponential(-rate * (timeMs - hour * HOUR_MS))
  }

  /** Finds the factor of the weights that gives the wanted mean: it grows with the factor. */
  #solve(weights: readonly number[], onlineFraction: number): void {
    let low = 0
    let high = this.#departures
    while (this.#meanFor(weights, high) < onlineFraction) {
      low = high
      high *= 2
      if (high < 1) continue
      throw new UsageError(
        'RHYTHM',
        `with these hourly weights no more than ${this.#meanFor(weights, low)} can be online`,
      )
    }
    for (let i = 0; i < 100; i++) {
      const middle = (low + high) / 2
      if (this.#meanFor(weights, middle) < onlineFraction) low = middle
      else high = middle
    }
    this.#meanFor(weights, high)
  }

  /** Sets the rates to the weights times `factor`. Returns the mean probability of being online over a day. */
  #meanFor(weights: readonly number[], factor: number): number {
    for (let hour = 0; hour < HOURS; hour++) this.rates[hour] = weights[hour] * factor
    // After a day, p has become kept · p + gained: its fixed point is where days repeat.
    let kept = 1
    let gained = 0
    for (let hour = 0; hour < HOURS; hour++) {
      const share = exponential(-(this.rates[hour] + this.#departures) * HOUR_MS)
      kept *= share
      gained = share * gained + (1 - share) * (this.rates[hour] / (this.rates[hour] + this.#departures))
    }
    let online = gained / (1 - kept)
    let sum = 0
    for (let hour = 0; hour < HOURS; hour++) {
      const rate = this.rates[hour] + this.#departures
      const limit = this.rates[hour] / rate
      const share = exponential(-rate * HOUR_MS)
      this.#online[hour] = online
      sum += limit + ((online - limit) * (1 - share)) / (rate * HOUR_MS)
      online = limit + (online - limit) * share
    }
    return sum / HOURS
  }
}
