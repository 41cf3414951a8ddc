import { naturalLogarithm } from '@hearsay/core'
import { exponential } from '@hearsay/kernels'
import { checkParameter } from '../numeric/check.ts'
import { finalSizeResidue } from '../numeric/final-size.ts'

/**
 * Reach of infect-and-die: the share π of a large population that hears a message when each peer passes it on to
 * `fanout` others at its first receipt and never again, π = 1 − e^{−π·fanout}, provided that it does not die out at
 * once (Eugster, Guerraoui, Kermarrec, Massoulié, "Epidemic information dissemination in distributed systems", 2004). 0
 * for a fanout ≤ 1.
 *
 * @param fanout - Mean number of others, ≥ 0.
 * @throws {@link UsageError} `PARAMETER_INVALID`, as all functions of this file.
 */
export function infectAndDieReach(fanout: number): number {
  checkParameter('fanout', fanout, { min: 0 })
  return 1 - finalSizeResidue(fanout)
}

/**
 * Probability that infect-and-die reaches every one of n peers: e^{−e^{−c}} with fanout = ln n + c, in the limit of
 * large n (Kermarrec, Massoulié, Ganesh, "Probabilistic reliable dissemination in large-scale systems", 2003).
 */
export function atomicReachProbability(peers: number, fanout: number): number {
  checkParameter('peers', peers, { min: 1 })
  checkParameter('fanout', fanout, { min: 0 })
  return exponential(-exponential(naturalLogarithm(peers) - fanout))
}

/** The fanout with which infect-and-die reaches all n peers with the given probability in (0, 1): ln n − ln(−ln p). */
export function fanoutForAtomicReach(peers: number, probability: number): number {
  checkParameter('peers', peers, { min: 1 })
  checkParameter('probability', probability, { min: Number.MIN_VALUE, max: 1 - Number.EPSILON })
  return naturalLogarithm(peers) - naturalLogarithm(-naturalLogarithm(probability))
}
