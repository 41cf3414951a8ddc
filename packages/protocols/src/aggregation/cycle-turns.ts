import { type Context, UsageError } from '@hearsay/core'

/** When a peer takes its turns: exactly one in each cycle. */
export interface CycleOptions {
  /** Δ: milliseconds of a cycle, > 0 and finite. */
  readonly periodMs: number
  /**
   * The order in which peers take their turns. `shuffled`: each peer draws its moment within the cycle anew in each cycle,
   * so that the order is a fresh uniform permutation, as in the published analysis (Jelasity, Montresor, Babaoglu 2005,
   * §3.2, `GETPAIR_SEQ`): ρ = 1/(2√e) ≈ 0.303. `fixed`: it draws its moment once, and the order is the same in each cycle:
   * ρ ≈ 0.294.
   *
   * @defaultValue 'shuffled'
   */
  readonly order?: 'shuffled' | 'fixed'
}

/** Draws the moments of an active thread that runs once a cycle. */
export class CycleTurns {
  readonly periodMs: number
  readonly #shuffled: boolean

  /** @throws {@link UsageError} `PERIOD` when `periodMs` is out of its range. */
  constructor(options: CycleOptions) {
    this.periodMs = options.periodMs
    this.#shuffled = options.order !== 'fixed'
    if (!(this.periodMs > 0 && Number.isFinite(this.periodMs))) {
      throw new UsageError('PERIOD', `a period is a finite number of milliseconds > 0, not ${options.periodMs}`)
    }
  }

  /** Milliseconds until the first turn of a peer that has come online: uniform in [0, Δ). */
  first(context: Context): number {
    return Math.floor(this.periodMs * context.random.float64())
  }

  /** Milliseconds until the turn of the next cycle; cycles begin at multiples of Δ. */
  next(context: Context): number {
    if (!this.#shuffled) return this.periodMs
    const cycle = Math.floor(context.now / this.periodMs)
    // Whole milliseconds: a host that rounds up would put a turn into the cycle after, and leave one cycle without.
    const moment = (cycle + 1) * this.periodMs + Math.floor(this.periodMs * context.random.float64())
    return Math.max(0, moment - context.now)
  }
}
