import { naturalLogarithm } from '@hearsay/core'
import { checkParameter } from '../numeric/check.ts'

/** Mean of measured rounds − (log₂n + ln n) for synchronous push with partners uniform over the others. */
const PUSH_OFFSET = 1.1

/**
 * Pittel's law for push from one peer to all n: log₂n + ln n + O(1) rounds with high probability (Pittel, "On spreading
 * a rumor", 1987; without the O(1)).
 *
 * @param peers - n ≥ 2.
 * @throws {@link UsageError} `PARAMETER_INVALID`, as all functions of this file.
 */
export function pittelRounds(peers: number): number {
  return binaryLogarithm(peers) + naturalLogarithm(peers)
}

/** Expected rounds of synchronous push until all n ≥ 2 peers know: log₂n + ln n + 1.1, within 0.3 from n = 100 on. */
export function expectedPushRounds(peers: number): number {
  return pittelRounds(peers) + PUSH_OFFSET
}

/** No push takes fewer rounds than ⌈log₂n⌉: who knows tells one other a round, so their number at most doubles. */
export function leastPushRounds(peers: number): number {
  checkPeers(peers)
  let rounds = 0
  for (let informed = 1; informed < peers; informed *= 2) rounds++
  return rounds
}

/**
 * Expected rounds of synchronous push–pull until all n ≥ 3 peers know: log₃n + log₂ln n, the leading terms of
 * log₃n + O(ln ln n) (Karp, Schindelhauer, Shenker, Vöcking, "Randomized rumor spreading", 2000).
 */
export function expectedPushPullRounds(peers: number): number {
  checkParameter('peers', peers, { min: 3 })
  return naturalLogarithm(peers) / naturalLogarithm(3) + binaryLogarithm(naturalLogarithm(peers))
}

/**
 * n·ln ln n: up to a constant factor, the transmissions of a rumor that push–pull with a counter needs, and the fewest
 * with which any address-oblivious algorithm informs all n ≥ 3 peers (Karp et al. 2000). Push alone needs of the order
 * of n·ln n.
 */
export function karpTransmissions(peers: number): number {
  checkParameter('peers', peers, { min: 3 })
  return peers * naturalLogarithm(naturalLogarithm(peers))
}

function binaryLogarithm(x: number): number {
  checkParameter('peers', x, { min: 1 })
  return naturalLogarithm(x) / Math.LN2
}

function checkPeers(peers: number): void {
  checkParameter('peers', peers, { min: 2 })
}
