import type { SimulatedEvent } from '../../tap.ts'
import type { Pause } from '../pause.ts'
import type { Invariant } from './invariant.ts'

/**
 * No peer handles a message, or a timer, while it is offline or paused. What is said of coming and going is believed;
 * pauses are held against their timetable.
 */
export function nobodyAbsent(peers: number, pauses: readonly Pause[] = []): Invariant {
  /** Since when each peer is online; Infinity where it is not. */
  const since = new Float64Array(peers)
  const pausedUntil = (peer: number, time: number): number => {
    for (const { fromMs, untilMs, peers: hit } of pauses) {
      if (hit[peer] === 1 && since[peer] < fromMs && fromMs <= time && time < untilMs) return untilMs
    }
    return 0
  }
  return {
    name: 'nobody absent',
    begin: (run) => {
      for (let peer = 0; peer < peers; peer++) since[peer] = run.isOnline(peer) ? -1 : Number.POSITIVE_INFINITY
    },
    onEvent: ({ peer, time, what }: SimulatedEvent) => {
      if (what === 'online') since[peer] = time
      else if (what === 'offline') since[peer] = Number.POSITIVE_INFINITY
      else if (what === 'timer' || what === 'message' || what === 'refused') {
        if (since[peer] === Number.POSITIVE_INFINITY) return 'the peer is offline'
        const until = pausedUntil(peer, time)
        if (until > 0) return `the peer is paused until ${until} ms`
      }
      return undefined
    },
  }
}
