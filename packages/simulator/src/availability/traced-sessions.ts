import { UsageError } from '@hearsay/core'
import type { Availability } from './availability.ts'
import type { SessionTrace } from './session-trace.ts'

/** How recorded sessions are played. */
export interface TracedSessionsOptions {
  readonly trace: SessionTrace
  /**
   * Plays the recording again and again, all so many whole milliseconds: not less than where its last session ends.
   *
   * @defaultValue never: after its last session a peer stays away
   */
  readonly repeatEveryMs?: number
}

/**
 * Recorded sessions. Peer p of the run does what peer p mod `trace.peers` of the recording did.
 *
 * @throws {@link UsageError} `SESSION_TRACE` when the recording has no peers or does not fit into `repeatEveryMs`.
 */
export function tracedSessions({ trace, repeatEveryMs }: TracedSessionsOptions): Availability {
  if (trace.peers === 0) throw new UsageError('SESSION_TRACE', 'a recording without peers cannot be played')
  if (repeatEveryMs === undefined) return new TracedSessions(trace, Number.POSITIVE_INFINITY)
  const endMs = trace.offlineMs.reduce((latest, value) => Math.max(latest, value), 1)
  if (!Number.isSafeInteger(repeatEveryMs) || repeatEveryMs < endMs) {
    throw new UsageError(
      'SESSION_TRACE',
      `a recording that ends at ${endMs} ms is repeated all so many whole milliseconds or more, not all ${repeatEveryMs}`,
    )
  }
  return new TracedSessions(trace, repeatEveryMs)
}

class TracedSessions implements Availability {
  readonly #trace: SessionTrace
  /** Infinity where the recording is played once. */
  readonly #periodMs: number

  constructor(trace: SessionTrace, periodMs: number) {
    this.#trace = trace
    this.#periodMs = periodMs
  }

  isOnlineAtStart(_random: unknown, peer: number): boolean {
    const recorded = peer % this.#trace.peers
    const { starts, onlineMs } = this.#trace
    return starts[recorded] < starts[recorded + 1] && onlineMs[starts[recorded]] === 0
  }

  nextChangeMs(_random: unknown, peer: number, nowMs: number, online: boolean): number {
    const recorded = peer % this.#trace.peers
    const first = this.#trace.starts[recorded]
    const end = this.#trace.starts[recorded + 1]
    if (first === end) return online ? nowMs : Number.POSITIVE_INFINITY
    const roundMs =
      this.#periodMs === Number.POSITIVE_INFINITY ? 0 : Math.floor(nowMs / this.#periodMs) * this.#periodMs
    const session = this.#lastBegun(first, end, nowMs - roundMs)
    const isIn = session >= first && this.#trace.offlineMs[session] > nowMs - roundMs
    if (isIn !== online) return nowMs
    return roundMs + (online ? this.#endOf(session, first, end) : this.#beginAfter(session, first, end))
  }

  /** The last session of `first` … `end` − 1 that begins at `timeMs` or before; `first` − 1 for none. */
  #lastBegun(first: number, end: number, timeMs: number): number {
    let low = first
    let high = end
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#trace.onlineMs[middle] <= timeMs) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** When `session` ends, which may be in the next round. */
  #endOf(session: number, first: number, end: number): number {
    const { onlineMs, offlineMs } = this.#trace
    const goesOn = offlineMs[session] === this.#periodMs && onlineMs[first] === 0
    if (!goesOn) return offlineMs[session]
    return end - first === 1 ? Number.POSITIVE_INFINITY : this.#periodMs + offlineMs[first]
  }

  #beginAfter(session: number, first: number, end: number): number {
    return session + 1 < end ? this.#trace.onlineMs[session + 1] : this.#periodMs + this.#trace.onlineMs[first]
  }
}
