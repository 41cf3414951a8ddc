import { UsageError } from '@hearsay/core'
import { checkInterval } from '../network/checks.ts'

/**
 * An interval during which some peers stand still, as a process does that is suspended. Nothing of such a peer runs: its
 * timers that come due, and the messages that reach it, wait and are handled in their order when it resumes. For others it
 * is online. A pause is one of a running process: a peer that is offline when it begins is not paused, and one that goes
 * offline meanwhile loses what has waited.
 */
export interface Pause {
  /** When it begins, in virtual milliseconds, ≥ 0; rounded to a whole number. */
  readonly fromMs: number
  /** When they resume; may be Infinity. Rounded to a whole number. */
  readonly untilMs: number
  /** 1 for each peer that is paused, 0 for the others: as many as there are peers. */
  readonly peers: Uint8Array
}

/** @throws {@link UsageError} `PAUSE`, `INTERVAL` when a pause is out of its range. */
export function checkPauses(peers: number, pauses: readonly Pause[]): readonly Pause[] {
  return pauses.map((pause, index) => {
    const fromMs = Math.round(pause.fromMs)
    const untilMs = Math.round(pause.untilMs)
    checkInterval(`pause ${index + 1}`, fromMs, untilMs)
    if (pause.peers.length === peers) return { fromMs, untilMs, peers: pause.peers }
    throw new UsageError('PAUSE', `pause ${index + 1} is of ${pause.peers.length} peers, the run has ${peers}`)
  })
}
