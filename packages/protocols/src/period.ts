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

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: PeriodOptions) {
    this.periodMs = options.periodMs
    this.#jitter = options.jitter ?? 0.1
    if (!(this.periodMs > 0 && Number.isFinite(this.periodMs))) {
      throw new UsageError('PERIOD', `a period is a finite number of milliseconds > 0, not ${options.periodMs}`)
    }
    if (!(this.#jitter >= 0 && this.#jitter <= 0.3)) {
      throw new UsageError('JITTER', `jitter is in [0, 0.3], not ${options.jitter}`)
    }
  }

  /** Milliseconds until a peer that has just started takes its first turn: uniform in [0, Δ). */
  phase(context: Context): number {
    return this.periodMs * context.random.float64()
  }

  /** Milliseconds until the next turn. */
  next(context: Context): number {
    if (this.#jitter === 0) return this.periodMs
    return Math.max(this.periodMs / 10, this.periodMs * (1 + this.#jitter * context.random.normal()))
  }
}
