import { type Context, UsageError } from '@hearsay/core'

/** How often a peer's active thread runs. */
export interface PeriodOptions {
  /** Δ: milliseconds between two turns of a peer's active thread, > 0. */
  readonly periodMs: number
  /**
   * Standard deviation of a period as a share of Δ, in [0, 0.3]: a period is N(Δ, (jitter·Δ)²), and never shorter than
   * Δ/10 (Ormándi, Hegedűs, Jelasity 2013, §6.1, use Δ/10).
   *
   * @defaultValue 0.1
   */
  readonly jitter?: number
}

/** Draws the phase and the periods of an active thread. */
export class Period {
  readonly periodMs: number
  readonly #jitter: number
  readonly #factors: Float64Array | undefined

  /**
   * @param factors - How much longer the period of each hosted peer is than Δ, > 0, and its jitter with it. Default: 1.
   * @throws {@link UsageError} when an option is out of its range.
   */
  constructor(options: PeriodOptions, factors?: Float64Array) {
    this.periodMs = options.periodMs
    this.#jitter = options.jitter ?? 0.1
    this.#factors = factors
    if (!(this.periodMs > 0 && Number.isFinite(this.periodMs))) {
      throw new UsageError('PERIOD', `a period is a finite number of milliseconds > 0, not ${options.periodMs}`)
    }
    if (!(this.#jitter >= 0 && this.#jitter <= 0.3)) {
      throw new UsageError('JITTER', `jitter is in [0, 0.3], not ${options.jitter}`)
    }
    if (factors?.some((factor) => !(factor > 0 && Number.isFinite(factor)))) {
      throw new UsageError('PERIOD', "a peer's period is Δ times a finite factor > 0")
    }
  }

  /** Milliseconds until a peer that has just started takes its first turn: uniform in [0, Δ), Δ being that peer's. */
  phase(context: Context): number {
    return this.#of(context) * context.random.float64()
  }

  /** Milliseconds until the next turn. */
  next(context: Context): number {
    const periodMs = this.#of(context)
    if (this.#jitter === 0) return periodMs
    return Math.max(periodMs / 10, periodMs * (1 + this.#jitter * context.random.normal()))
  }

  #of(context: Context): number {
    return this.#factors === undefined ? this.periodMs : this.periodMs * this.#factors[context.self]
  }
}
