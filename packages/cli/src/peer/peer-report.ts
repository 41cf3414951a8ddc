import type { LearningPeer, Progress } from '@hearsay/peer'
import type { PeerProgress, PeerSummary } from './events.ts'

/** Names that are remembered: enough for any swarm, bounded for any stranger. */
const HEARD_MAX = 10_000

/** Puts a peer's events together, and counts whom it hears of. */
export class PeerReport {
  readonly #peer: LearningPeer
  readonly #heard = new Set<string>()

  constructor(peer: LearningPeer) {
    this.#peer = peer
    peer.onTelemetry((name) => {
      if (name !== peer.name && this.#heard.size < HEARD_MAX) this.#heard.add(name)
    })
  }

  progress(progress: Progress): PeerProgress {
    return { type: 'progress', ...this.#state(progress) }
  }

  summary(last: Progress, ending: Pick<PeerSummary, 'interrupted' | 'seconds'>): PeerSummary {
    return { type: 'summary', ...this.#state(last), isolatedError: last.isolatedError ?? null, ...ending }
  }

  #state(progress: Progress): Omit<PeerProgress, 'type'> {
    const { cycle, age, error, modelsIn, modelsOut, steps, bytesIn, bytesOut, refused, viewSize } = progress
    const { round, serverLost } = progress
    return {
      ...{ cycle, cycles: this.#peer.manifest.cycles, age, error, modelsIn, modelsOut, steps, bytesIn, bytesOut },
      ...{ refused, ...(round === undefined ? {} : { round }), ...(serverLost === undefined ? {} : { serverLost }) },
      ...{ connections: this.#peer.connections.length, viewSize, peersHeard: this.#heard.size },
    }
  }
}
