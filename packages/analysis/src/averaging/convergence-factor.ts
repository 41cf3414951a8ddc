import { exponential } from '@hearsay/kernels'
import { checkParameter } from '../numeric/check.ts'

/**
 * Which pairs average in a cycle of n exchanges among n peers (GETPAIR of Jelasity et al. 2005, "Performance of
 * GETPAIR"):
 *
 * - `sequential`: each peer once, in an order that is reshuffled every cycle, with a uniform other (GETPAIR_SEQ, the protocol);
 * - `random`: n pairs, each uniform (GETPAIR_RAND);
 * - `perfect-matching`: two perfect matchings of all peers (GETPAIR_PM, the optimum).
 */
export type PairSelector = 'sequential' | 'random' | 'perfect-matching'

/** Every way of choosing pairs, in the order of this documentation. */
export const PAIR_SELECTORS: readonly PairSelector[] = ['sequential', 'random', 'perfect-matching']

/**
 * Convergence factor ρ: what the expected variance of push–pull averaging is multiplied by in a cycle (Jelasity,
 * Montresor, Babaoglu, "Gossip-based aggregation in large dynamic networks", TOCS 2005). ρ = E[2^{−φ}], φ the exchanges
 * in which a peer takes part.
 *
 * With no failure: 1/(2√e) = 0.30327 sequential (φ = 1 + Poisson(1)), 1/e random (φ ~ Poisson(2)), 1/4 perfect matching
 * (φ = 2).
 *
 * Each exchange fails with probability P independently: then Poisson(a) thins to Poisson(a(1 − P)) and a certain
 * exchange to a Bernoulli trial of mean 1 − P, which gives ((1 + P)/2)·e^{−(1 − P)/2}, e^{P − 1} and ((1 + P)/2)². The
 * paper ("Link failures") states e^{P − 1}, as an upper bound of the protocol's.
 *
 * @param linkFailure - P in [0, 1]. Default 0.
 * @throws {@link UsageError} `PARAMETER_INVALID`, as all functions of this file.
 */
export function convergenceFactor(selector: PairSelector, linkFailure = 0): number {
  checkParameter('linkFailure', linkFailure, { min: 0, max: 1 })
  const own = (1 + linkFailure) / 2
  switch (selector) {
    case 'sequential':
      return own * exponential((linkFailure - 1) / 2)
    case 'random':
      return exponential(linkFailure - 1)
    case 'perfect-matching':
      return own * own
  }
}

/** What {@link varianceOfMeanUnderCrashes} takes. */
export interface CrashScenario {
  /** N ≥ 1, peers at the start. */
  readonly peers: number
  /** P_f in [0, 1): share of the remaining peers that crash before each cycle. */
  readonly crashes: number
  /** σ₀² ≥ 0, the variance of the values at the start. */
  readonly variance: number
  /** Cycles, ≥ 0. */
  readonly cycles: number
  /** @defaultValue 1/(2√e) */
  readonly factor?: number
}

/**
 * Variance of the mean of the remaining values, about the mean of all at the start, after i cycles before each of which
 * a share P_f of the peers has crashed: P_f/(N(1 − P_f))·σ₀²·Σ_{j < i} (ρ/(1 − P_f))^j (Jelasity et al. 2005, "Node
 * crashes").
 */
export function varianceOfMeanUnderCrashes(scenario: CrashScenario): number {
  const { peers, crashes, variance, cycles, factor = convergenceFactor('sequential') } = scenario
  checkParameter('peers', peers, { min: 1 })
  checkParameter('crashes', crashes, { min: 0, max: 1 - Number.EPSILON })
  checkParameter('cycles', cycles, { min: 0, integer: true })
  const ratio = factor / (1 - crashes)
  let sum = 0
  for (let cycle = 0, term = 1; cycle < cycles; cycle++, term *= ratio) sum += term
  return (crashes / (peers * (1 - crashes))) * variance * sum
}
