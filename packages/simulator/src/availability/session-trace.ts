/** Recorded sessions of peers: those of peer p are starts[p] … starts[p + 1] − 1, in the order of time, none touching. */
export interface SessionTrace {
  /** Peers of the recording. */
  readonly peers: number
  /** Length peers + 1. */
  readonly starts: Int32Array
  /** When each session begins, in whole milliseconds. */
  readonly onlineMs: Float64Array
  /** When it ends: the first whole millisecond at which the peer is away. */
  readonly offlineMs: Float64Array
}

/** What a recording amounts to. */
export interface SessionSummary {
  /** Sessions that touch the time that was looked at. */
  readonly sessions: number
  /** Mean length of a session in milliseconds, within that time; NaN without sessions. */
  readonly meanSessionMs: number
  /** Share of the peers online, on average over that time. */
  readonly onlineFraction: number
}

/** Sums up the sessions from 0 to `untilMs`. */
export function summariseSessions(trace: SessionTrace, untilMs: number): SessionSummary {
  let sessions = 0
  let totalMs = 0
  for (let i = 0; i < trace.onlineMs.length; i++) {
    if (trace.onlineMs[i] >= untilMs) continue
    sessions++
    totalMs += Math.min(trace.offlineMs[i], untilMs) - trace.onlineMs[i]
  }
  return { sessions, meanSessionMs: totalMs / sessions, onlineFraction: totalMs / (trace.peers * untilMs) }
}
