import { RandomStreams } from '@hearsay/core'
import { checkInteger } from '../network/checks.ts'
import { SetupPurpose } from '../network/setup-streams.ts'
import type { Availability } from './availability.ts'
import { SessionList } from './session-list.ts'
import type { SessionTrace } from './session-trace.ts'

/** What is recorded. */
export interface RecordSessionsOptions {
  readonly availability: Availability
  /** Peers to record, ≥ 1. */
  readonly peers: number
  /** A safe integer ≥ 0. */
  readonly seed: number
  /** Where the recording ends, in whole milliseconds ≥ 1; sessions are cut off there. */
  readonly untilMs: number
}

/**
 * Plays an availability model by itself and records its sessions, in whole milliseconds: to look at them, to give them to
 * others, to run different protocols under the very same churn.
 *
 * @throws {@link UsageError} `PEERS`, `RECORDING` when an option is out of its range.
 */
export function recordSessions({ availability, peers, seed, untilMs }: RecordSessionsOptions): SessionTrace {
  checkInteger('PEERS', 'the number of peers', peers, 1)
  checkInteger('RECORDING', 'the end of a recording in milliseconds', untilMs, 1, Number.MAX_SAFE_INTEGER)
  const streams = new RandomStreams(peers, seed, SetupPurpose.recording)
  const sessions = new SessionList()
  for (let peer = 0; peer < peers; peer++) {
    const random = streams.at(peer)
    let online = availability.isOnlineAtStart(random, peer)
    for (let nowMs = 0; nowMs < untilMs; online = !online) {
      const nextMs = Math.min(untilMs, Math.round(availability.nextChangeMs(random, peer, nowMs, online)))
      if (online && nextMs > nowMs) sessions.add(peer, nowMs, nextMs)
      nowMs = Math.max(nowMs, nextMs)
    }
  }
  return sessions.toTrace(peers, (index) => {
    throw new RangeError(`session ${index} begins before the one before it has ended`)
  })
}
