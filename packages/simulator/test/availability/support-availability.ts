import { type Random, randomStream } from '@hearsay/core'
import type { Availability } from '../../src/availability/availability.ts'

/** One stretch of time, online or away. */
export interface Stretch {
  readonly fromMs: number
  readonly untilMs: number
  readonly online: boolean
}

/** What one peer does from the start until `untilMs` at least. */
export function stretchesOf(
  availability: Availability,
  peer: number,
  untilMs: number,
  random: Random = randomStream(1, peer),
): Stretch[] {
  const stretches: Stretch[] = []
  let online = availability.isOnlineAtStart(random, peer)
  for (let fromMs = 0; fromMs < untilMs; online = !online) {
    const until = availability.nextChangeMs(random, peer, fromMs, online)
    if (!(until >= fromMs)) throw new Error(`a change at ${until} ms is before ${fromMs} ms`)
    stretches.push({ fromMs, untilMs: until, online })
    fromMs = until
  }
  return stretches
}

/** Whether each of the peers is online at each of the times. */
export function onlineAt(availability: Availability, peers: number, timesMs: readonly number[]): boolean[][] {
  const last = Math.max(...timesMs)
  return Array.from({ length: peers }, (_, peer) => {
    const stretches = stretchesOf(availability, peer, last + 1e-6)
    return timesMs.map((timeMs) =>
      stretches.some(({ fromMs, untilMs, online }) => online && fromMs <= timeMs && timeMs < untilMs),
    )
  })
}

/** The share of peers online at each of the times. */
export function onlineShares(availability: Availability, peers: number, timesMs: readonly number[]): number[] {
  const rows = onlineAt(availability, peers, timesMs)
  return timesMs.map((_, time) => rows.filter((row) => row[time]).length / peers)
}
