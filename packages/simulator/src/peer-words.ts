/**
 * What nearly every event of a peer needs of the simulation, side by side in half a cache line: in a population of a
 * million each array of its own would cost a cache miss, and a miss in the processor's table of pages.
 */
export const PEER_WORDS = 8

/** Words of a peer, from its first word on. */
export const PeerWord = {
  /** Two words of the trace hash. */
  trace: 0,
  /** Where the last message to the peer was seen; see `TieOrder`. */
  seen: 2,
  /** Four words of the stream that its protocols draw from. */
  random: 4,
} as const

/** The words of all peers, zero. */
export function peerWords(peers: number): Int32Array {
  return new Int32Array(peers * PEER_WORDS)
}
