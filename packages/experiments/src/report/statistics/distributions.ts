// oxlint-disable-next-line typescript/triple-slash-reference -- jstat has no types of its own
/// <reference path="./jstat.d.ts" />
import jstat from 'jstat'

/** P(|T| ≥ |t|) of Student's t distribution; ≥ 1 degrees of freedom. */
export function tTwoSided(t: number, degreesOfFreedom: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0
  return Math.min(1, 2 * jstat.studentt.cdf(-Math.abs(t), degreesOfFreedom))
}

/** The t with P(|T| ≤ t) = `confidence`, which is in (0, 1). */
export function tCritical(confidence: number, degreesOfFreedom: number): number {
  return jstat.studentt.inv((1 + confidence) / 2, degreesOfFreedom)
}

/** P(|Z| ≥ |z|) of the standard normal distribution. */
export function normalTwoSided(z: number): number {
  return Math.min(1, 2 * jstat.normal.cdf(-Math.abs(z), 0, 1))
}
