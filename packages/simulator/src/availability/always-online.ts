import type { Availability } from './availability.ts'

/** Every peer is online all the time. */
export function alwaysOnline(): Availability {
  return { isOnlineAtStart: () => true, nextChangeMs: () => Number.POSITIVE_INFINITY }
}
