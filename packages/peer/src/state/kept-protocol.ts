import type { Archive, Memory, Persistent } from '@hearsay/core'
import type { LearningProtocol } from '@hearsay/federated'

/** A learning protocol, and what of it is kept. */
export interface KeptProtocol<P extends LearningProtocol> {
  readonly protocol: P
  /** All that its handlers change, the words of memory that it has taken included. */
  readonly state: Persistent
}

/** Makes a protocol whose state can be kept, with what it allocates meanwhile. */
export function keptProtocol<P extends LearningProtocol>(memory: Memory, make: () => P): KeptProtocol<P> {
  const start = memory.allocate(0)
  const protocol = make()
  const end = memory.allocate(0)
  return {
    protocol,
    state: {
      persist(archive: Archive): void {
        protocol.persist?.(archive)
        archive.array(memory.int32.subarray(start, end))
      },
    },
  }
}

/** The same protocol, which tells of each change of the model that its one hosted peer has. */
export function watched(protocol: LearningProtocol, onChange: () => void): LearningProtocol {
  let age = protocol.ages[0]
  const look = (): void => {
    if (protocol.ages[0] === age) return
    age = protocol.ages[0]
    onChange()
  }
  return {
    get ages() {
      return protocol.ages
    },
    model: (peer) => protocol.model(peer),
    onStart(context) {
      // What was restored before is no change.
      age = protocol.ages[0]
      protocol.onStart(context)
    },
    onTimeout(context, timer) {
      protocol.onTimeout(context, timer)
      look()
    },
    onMessage(context, from, message) {
      protocol.onMessage(context, from, message)
      look()
    },
    onPeerUnreachable: (context, peer) => protocol.onPeerUnreachable?.(context, peer),
    onStop: (context) => protocol.onStop?.(context),
    onForget: (context) => protocol.onForget?.(context),
  }
}
