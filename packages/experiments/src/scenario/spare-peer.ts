import type { Availability, NetworkModel, Pause } from '@hearsay/simulator'

/** The same, but for one peer, which is always online and never loses its state. */
export function sparedByChurn(availability: Availability, spared: number): Availability {
  return {
    isOnlineAtStart: (random, peer) => peer === spared || availability.isOnlineAtStart(random, peer),
    nextChangeMs: (random, peer, nowMs, online) =>
      peer === spared ? Number.POSITIVE_INFINITY : availability.nextChangeMs(random, peer, nowMs, online),
    isStateLost: (random, peer, nowMs) => peer !== spared && (availability.isStateLost?.(random, peer, nowMs) ?? false),
    ...(availability.persist && { persist: (archive) => availability.persist?.(archive) }),
  }
}

/** The same pauses, but for one peer. */
export function sparedByPauses(pauses: readonly Pause[], spared: number): readonly Pause[] {
  return pauses.map((pause) => ({ ...pause, peers: pause.peers.map((paused, peer) => (peer === spared ? 0 : paused)) }))
}

/** The same translators, but that one peer can be reached unasked. */
export function sparedByTranslators(network: NetworkModel, spared: number): NetworkModel {
  return {
    ...(network.minimumDelayMs !== undefined && { minimumDelayMs: network.minimumDelayMs }),
    transfer: (random, from, to, words, nowMs) => network.transfer(random, from, to, words, nowMs),
    receive: (random, from, to, words, nowMs) =>
      to === spared ? 0 : (network.receive?.(random, from, to, words, nowMs) ?? 0),
    ...(network.persist && { persist: (archive) => network.persist?.(archive) }),
  }
}
