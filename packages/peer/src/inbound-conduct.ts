import type { Clock } from './clock.ts'
import type { TransportLimits } from './libp2p-limits.ts'

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

/** The conduct of every remote peer that there is anything to say of. */
export class Conducts {
  readonly #clock: Clock
  readonly #limits: TransportLimits
  readonly #peers = new Map<string, Conduct>()

  constructor(clock: Clock, limits: TransportLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  of(peer: string): Conduct {
    let conduct = this.#peers.get(peer)
    if (conduct === undefined) {
      const { framesPerSecondMax, refusedFramesMax, refusedWindowMs } = this.#limits
      conduct = {
        frames: new TokenBucket(this.#clock, 2 * framesPerSecondMax, framesPerSecondMax),
        refused: new TokenBucket(this.#clock, refusedFramesMax, (1000 * refusedFramesMax) / refusedWindowMs),
        streams: new Map(),
        lastFrameMs: this.#clock.now(),
        isCutOff: false,
      }
      this.#peers.set(peer, conduct)
    }
    return conduct
  }

  /** Counts one more open stream. @returns Whether the peer may have as many. */
  openStream(conduct: Conduct, kind: string): boolean {
    const open = (conduct.streams.get(kind) ?? 0) + 1
    if (open > this.#limits.inboundStreamsMax) return false
    conduct.streams.set(kind, open)
    return true
  }

  closeStream(conduct: Conduct, kind: string): void {
    const open = (conduct.streams.get(kind) ?? 1) - 1
    if (open === 0) conduct.streams.delete(kind)
    else conduct.streams.set(kind, open)
  }

  /** Forgets peers that are gone, and of which nothing bad is left to remember. */
  prune(): void {
    for (const [peer, conduct] of this.#peers) {
      if (conduct.streams.size === 0 && conduct.refused.isFull && conduct.frames.isFull) this.#peers.delete(peer)
    }
  }

  /** Delivers no further frame of what a peer has sent by now. */
  drop(peer: string): void {
    const conduct = this.#peers.get(peer)
    if (conduct === undefined) return
    conduct.isCutOff = true
    this.#peers.delete(peer)
  }

  /** When a frame of this peer last came in, in milliseconds of the clock; -∞ where that is long ago. */
  lastUsedMs(peer: string): number {
    return this.#peers.get(peer)?.lastFrameMs ?? Number.NEGATIVE_INFINITY
  }
}
