import type { Archive } from '@hearsay/core'
import { checkProbability } from '../network/checks.ts'
import type { Availability } from './availability.ts'

/**
 * The same sessions, where each return finds the peer's state lost with a probability in [0, 1], whatever `availability`
 * itself says of it. In a composition it holds for absences that this part has caused.
 *
 * @throws {@link UsageError} `STATE_LOSS` when it is not a probability.
 */
export function withStateLoss(availability: Availability, probability: number): Availability {
  checkProbability('STATE_LOSS', 'the probability that a peer loses its state', probability)
  return {
    isOnlineAtStart: (random, peer) => availability.isOnlineAtStart(random, peer),
    nextChangeMs: (random, peer, nowMs, online) => availability.nextChangeMs(random, peer, nowMs, online),
    isStateLost: (random) => random.float64() < probability,
    ...(availability.persist !== undefined && { persist: (archive: Archive) => availability.persist?.(archive) }),
  }
}
