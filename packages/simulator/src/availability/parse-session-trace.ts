import { UsageError } from '@hearsay/core'
import { readNumberTable, tableError } from '../network/csv-table.ts'
import { SessionList } from './session-list.ts'
import type { SessionTrace } from './session-trace.ts'

const CODE = 'SESSION_TRACE'
const HEADER = 'peer,online_ms,offline_ms'
/** Peers are numbered densely: a greater number is a mistake, or memory for peers that do not exist. */
const PEERS_MAX = 2 ** 24

/** How a text becomes a {@link SessionTrace}. */
export interface SessionTraceOptions {
  /**
   * Peers of the recording at least: those with the greatest numbers may have no session.
   *
   * @defaultValue 1 + the greatest number of a peer in the text
   */
  readonly peers?: number
}

/**
 * Reads recorded sessions from a CSV text: the header `peer,online_ms,offline_ms`, then one session a line, in any order.
 *
 * - `peer`: an integer ≥ 0, up to 2²⁴ − 1;
 * - `online_ms`, `offline_ms`: whole milliseconds since the start of the recording, online from the first and away from the
 *   second on, 0 ≤ online_ms < offline_ms; sessions of a peer may touch and may not overlap.
 *
 * Blank lines and lines that start with `#` are skipped. A number without a session is a peer that never comes online.
 *
 * @param source - How errors name the text, for example its file.
 * @throws {@link ConfigurationError} `SESSION_TRACE` with the line; {@link UsageError} `PEERS` for a wrong `options.peers`.
 */
export function parseSessionTrace(text: string, source: string, options: SessionTraceOptions = {}): SessionTrace {
  const { peers = 0 } = options
  if (!Number.isInteger(peers) || peers < 0 || peers > PEERS_MAX) {
    throw new UsageError('PEERS', `a recording has an integer number of peers in 0 … ${PEERS_MAX}, not ${peers}`)
  }
  const sessions = new SessionList()
  const lines: number[] = []
  readNumberTable(text, source, CODE, [HEADER], ([peer, onlineMs, offlineMs], line) => {
    const problem = problemOf(peer, onlineMs, offlineMs)
    if (problem !== undefined) throw tableError(CODE, source, line, problem)
    sessions.add(peer, onlineMs, offlineMs)
    lines.push(line)
  })
  if (lines.length === 0) throw tableError(CODE, source, undefined, 'no session follows the header')
  return sessions.toTrace(peers, (index) => {
    throw tableError(CODE, source, lines[index], 'this session overlaps another one of the same peer')
  })
}

function problemOf(peer: number, onlineMs: number, offlineMs: number): string | undefined {
  if (!Number.isInteger(peer) || peer < 0 || peer >= PEERS_MAX)
    return `peer is an integer in 0 … ${PEERS_MAX - 1}, not ${peer}`
  for (const ms of [onlineMs, offlineMs]) {
    if (!Number.isSafeInteger(ms) || ms < 0) return `times are whole milliseconds ≥ 0, not ${ms}`
  }
  return onlineMs < offlineMs ? undefined : `a session ends after it begins: ${offlineMs} is not after ${onlineMs}`
}
