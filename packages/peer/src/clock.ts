/** The only source of time in a peer. A test drives one in virtual time; {@link systemClock} is the real one. */
export interface Clock {
  /** Milliseconds on a monotonic scale with an arbitrary origin. */
  now(): number
  /** Milliseconds since the Unix epoch: used only to agree with other machines on when a run started. */
  unixNow(): number
  /** Runs `callback` once, `delayMs` ≥ 0 from now. Returns a function that cancels it. */
  schedule(delayMs: number, callback: () => void): () => void
}

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  unixNow: () => Date.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
