import type { Context } from '@hearsay/core'
import { Period, type PeriodOptions } from '../period.ts'

/** When the active thread of a dissemination protocol runs. */
export interface TurnOptions extends PeriodOptions {
  /**
   * Whether all peers take their turns together, at the multiples of Δ and without jitter, and judge by what they knew at
   * the start of the cycle: the synchronous rounds of the literature. Delays must be constant, and small enough for an
   * exchange with all its answers to end within Δ.
   *
   * @defaultValue false: random phases, and `jitter`
   */
  readonly synchronous?: boolean
}

/** Draws the phase and the periods of an active thread, or keeps it in step with all others. */
export class Turns {
  readonly periodMs: number
  readonly synchronous: boolean
  readonly #period: Period

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: TurnOptions) {
    this.synchronous = options.synchronous ?? false
    this.#period = new Period(this.synchronous ? { periodMs: options.periodMs, jitter: 0 } : options)
    this.periodMs = options.periodMs
  }

  /** Milliseconds until the first turn of a peer that has just started. */
  first(context: Context): number {
    if (!this.synchronous) return this.#period.phase(context)
    const late = context.now % this.periodMs
    return late === 0 ? 0 : this.periodMs - late
  }

  /** Milliseconds until the next turn. */
  next(context: Context): number {
    return this.#period.next(context)
  }

  /**
   * The latest time, in milliseconds, at which something must have been learned to count as known now: the start of the
   * cycle where cycles are synchronous, else now.
   */
  knownUntil(context: Context): number {
    return this.synchronous ? context.now - (context.now % this.periodMs) : context.now
  }
}
