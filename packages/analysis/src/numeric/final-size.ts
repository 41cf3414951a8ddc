import { exponential } from '@hearsay/kernels'

const STEPS_MAX = 200

/**
 * The least solution in [0, 1] of the final-size equation s = exp(−c(1 − s)): the share that an epidemic never reaches
 * when each infected individual makes c contacts on average (Kermack and McKendrick 1927). It is below 1 for c > 1
 * only.
 *
 * Newton's method from s = 0: s − exp(−c(1 − s)) is concave and negative there, so that the steps rise to the root and
 * never pass it.
 *
 * @param contacts - c ≥ 0.
 */
export function finalSizeResidue(contacts: number): number {
  if (contacts <= 1) return 1
  let residue = 0
  for (let step = 0; step < STEPS_MAX; step++) {
    const escape = exponential(-contacts * (1 - residue))
    const next = residue + (escape - residue) / (1 - contacts * escape)
    // At the last bits the slope near a double root (c → 1) is noise.
    if (!(next > residue && next <= 1)) break
    residue = next
  }
  return residue
}
