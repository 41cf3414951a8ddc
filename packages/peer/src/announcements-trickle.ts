import type { Random } from '@hearsay/core'
import type { Clock } from './clock.ts'

/** What paces a {@link Trickle}. */
export interface TrickleOptions {
  readonly clock: Clock
  readonly random: Random
  /** The shortest interval, in milliseconds > 0. */
  readonly intervalMsMin: number
  /** The longest interval, in milliseconds ≥ `intervalMsMin`. */
  readonly intervalMsMax: number
  /** Says it once more. */
  announce(): void
}

/**
 * When to repeat what others may have said already (Levis, Clausen, Hui, Gnawali, Ko, "The Trickle Algorithm", RFC 6206,
 * with k = 1): once in an interval, at a random time of its second half, unless somebody else was faster. Intervals
 * double while nothing happens and start short again when somebody new may listen.
 */
export class Trickle {
  readonly #options: TrickleOptions
  #intervalMs: number
  #heard = false
  #cancel: (() => void) | undefined
  #cancelAnnouncement: (() => void) | undefined

  constructor(options: TrickleOptions) {
    this.#options = options
    this.#intervalMs = options.intervalMsMin
  }

  /** Somebody else has said it. */
  hear(): void {
    this.#heard = true
  }

  /** Somebody may not have heard it: starts over with the shortest interval, unless that is underway already. */
  reset(): void {
    if (this.#cancel !== undefined && this.#intervalMs === this.#options.intervalMsMin) return
    this.stop()
    this.#intervalMs = this.#options.intervalMsMin
    this.#begin()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancelAnnouncement?.()
    this.#cancel = undefined
    this.#cancelAnnouncement = undefined
  }

  #begin(): void {
    const { clock, random, intervalMsMax, announce } = this.#options
    const intervalMs = this.#intervalMs
    this.#heard = false
    this.#cancelAnnouncement = clock.schedule((intervalMs / 2) * (1 + random.float64()), () => {
      if (!this.#heard) announce()
    })
    this.#cancel = clock.schedule(intervalMs, () => {
      this.#intervalMs = Math.min(2 * intervalMs, intervalMsMax)
      this.#begin()
    })
  }
}
