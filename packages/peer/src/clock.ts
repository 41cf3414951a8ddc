/** The only source of time in a peer. A test drives one in virtual time; {@link systemClock} is the real one. */
export interface Clock {
  /** Milliseconds on a monotonic scale with an arbitrary origin. */
  now(): number
  /** Milliseconds since the Unix epoch: used only to agree with other machines on when a run started. */
  unixNow(): number
  /** Runs `callback` once, `delayMs` ≥ 0 from now. Returns a function that cancels it. */
  schedule(delayMs: number, callback: () => void): () => void
  /** As `schedule`, behind everything of that moment that is not scheduled so. A clock of real time has no such moments. */
  scheduleLate?(delayMs: number, callback: () => void): () => void
}

/** The longest delay that the platform's timers take; a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  unixNow: () => Date.now(),
  schedule(delayMs, callback) {
    let timer: unknown
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, TIMER_MS_MAX)
      timer = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : callback()), stepMs)
      // Node's timers are objects, browsers' are numbers.
      if (typeof timer === 'object') (timer as { unref?(): void }).unref?.()
    }
    arm(delayMs)
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
  },
}

/**
 * When a run started that began at `startUnixMs`, on `clock`'s own scale: what a host takes as its
 * {@link ProtocolHostOptions.timeOriginMs}, so that a peer that joins late agrees with the others on the time.
 */
export function timeOriginOf(clock: Clock, startUnixMs: number): number {
  return clock.now() - (clock.unixNow() - startUnixMs)
}
