import type { Random } from '@hearsay/core'

/**
 * Draws exactly round(share · peers) of the peers, every set of that size being as likely.
 *
 * @returns 1 for each peer that was drawn, 0 for the others.
 */
export function drawShare(random: Random, peers: number, share: number): Uint8Array {
  const drawn = new Uint8Array(peers)
  let wanted = Math.round(share * peers)
  // Selection sampling (Knuth, TAOCP vol. 2, §3.4.2, algorithm S): no list of peers to shuffle.
  for (let peer = 0; wanted > 0; peer++) {
    if (random.below(peers - peer) >= wanted) continue
    drawn[peer] = 1
    wanted--
  }
  return drawn
}
