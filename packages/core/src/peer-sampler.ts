import type { Context } from './protocol.ts'

/** Peer selection: `getPeer()` in the literature. A service that protocols above it call from their handlers. */
export interface PeerSampler {
  /**
   * A peer other than `context.self`, drawn with `context.random`, or `NOBODY` where none is known.
   */
  selectPeer(context: Context): number
}
