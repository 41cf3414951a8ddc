import type { Clock } from './clock.ts'

/** A token bucket: `capacity` at once, refilled at `perSecond`. */
export class TokenBucket {
  readonly #clock: Clock
  readonly #capacity: number
  readonly #perMs: number
  #tokens: number
  #atMs: number

  constructor(clock: Clock, capacity: number, perSecond: number) {
    this.#clock = clock
    this.#capacity = capacity
    this.#perMs = perSecond / 1000
    this.#tokens = capacity
    this.#atMs = clock.now()
  }

  /** @returns Whether a token was left. */
  take(): boolean {
    this.#refill()
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  /** Whether nothing has been taken that was not granted again since. */
  get isFull(): boolean {
    this.#refill()
    return this.#tokens >= this.#capacity
  }

  #refill(): void {
    const now = this.#clock.now()
    this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#atMs) * this.#perMs)
    this.#atMs = now
  }
}

/** What one remote peer has used of what it is allowed. It outlives the peer's connections. */
export interface Conduct {
  readonly frames: TokenBucket
  readonly refused: TokenBucket
  /** Open inbound streams per protocol. */
  readonly streams: Map<string, number>
  /** When a frame last came in, in milliseconds of the clock. */
  lastFrameMs: number
  /** The peer has been cut off: what of its frames is still underway inside this process is not delivered. */
  isCutOff: boolean
}
