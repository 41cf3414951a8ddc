import { naturalLogarithm } from '@hearsay/core'
import { exponential } from '@hearsay/kernels'
import { checkParameter } from '../numeric/check.ts'

/** Who learns in a contact: the one that is called, the caller, or both. */
export type AntiEntropyMode = 'push' | 'pull' | 'push-pull'

/**
 * The expected share of peers that do not know an update after one more round of anti-entropy (Demers et al. 1987,
 * §1.3), every peer calling one other a round:
 *
 * - pull: p², a peer stays ignorant where the one it calls is;
 * - push: p·(1 − 1/n)^{n(1 − p)}, a peer stays ignorant where none of the n(1 − p) that know calls it;
 * - push–pull: p²·(1 − 1/n)^{n(1 − p)}, both.
 *
 * @param susceptible - p in [0, 1].
 * @param peers - n ≥ 2.
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function antiEntropyRound(mode: AntiEntropyMode, susceptible: number, peers: number): number {
  checkParameter('susceptible', susceptible, { min: 0, max: 1 })
  const unasked = mode === 'push' ? 1 : susceptible
  const uncalled = mode === 'pull' ? 1 : exponential(-callRate(peers) * (1 - susceptible))
  return susceptible * unasked * uncalled
}

/**
 * κ = −n·ln(1 − 1/n), with which the probability of no call from n·i callers, (1 − 1/n)^{n·i}, is e^{−κi}.
 *
 * @param peers - n ≥ 2. ∞ gives the limit 1.
 */
export function callRate(peers: number): number {
  if (peers === Number.POSITIVE_INFINITY) return 1
  checkParameter('peers', peers, { min: 2 })
  return -peers * naturalLogarithm(1 - 1 / peers)
}
