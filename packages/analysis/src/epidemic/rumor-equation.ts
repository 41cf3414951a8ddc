import { naturalLogarithm } from '@hearsay/core'
import { checkParameter } from '../numeric/check.ts'
import { finalSizeResidue } from '../numeric/final-size.ts'

/**
 * Residue of rumor mongering: the share s* of the peers that never hear the rumor, s* = exp(−(k + 1)(1 − s*)).
 *
 * An infective peer contacts one peer a unit of time and, where that one knows already, loses interest with probability
 * 1/k: ds/dt = −si, di/dt = si − (1 − s)i/k (Demers et al. 1987, §1.4). 0.203188, 0.059520, 0.019827, 0.006977,
 * 0.002516 for k = 1 … 5.
 *
 * @param k - > 0: useless contacts that a peer makes before it loses interest, on average.
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function rumorResidue(k: number): number {
  checkParameter('k', k, { min: Number.MIN_VALUE })
  return finalSizeResidue(k + 1)
}

/**
 * The share of infective peers when a share s is still susceptible: i(s) = (k + 1)/k·(1 − s) + (1/k)·ln s, the solution
 * of the rumor equations with i(1) = 0 (Demers et al. 1987, §1.4). It is 0 at s = 1 and at the residue.
 *
 * @param susceptible - s in (0, 1].
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function rumorInfective(k: number, susceptible: number): number {
  checkParameter('k', k, { min: Number.MIN_VALUE })
  checkParameter('susceptible', susceptible, { min: Number.MIN_VALUE, max: 1 })
  return ((k + 1) / k) * (1 - susceptible) + naturalLogarithm(susceptible) / k
}
