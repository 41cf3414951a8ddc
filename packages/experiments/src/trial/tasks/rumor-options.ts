import type { WorldOptions } from '../../scenario/scenario-options.ts'
import type { Metric } from '../trial-result.ts'

/** Rumor mongering (Demers et al. 1987, §1.4): see `RumorMongering` for its variants and their defaults. */
export interface RumorMethod {
  readonly kind: 'rumor-mongering'
  readonly exchange?: 'push' | 'pull' | 'push-pull' | undefined
  readonly feedback?: boolean | undefined
  readonly stop?: 'counter' | 'coin' | undefined
  /** An integer in 1 … 255. */
  readonly k?: number | undefined
  /** An integer in 1 … 64. */
  readonly connectionLimit?: number | undefined
  /** An integer in 0 … 255. */
  readonly hunts?: number | undefined
  readonly minimization?: boolean | undefined
  /**
   * Whether cycles are those of the paper: all take their turns together. It needs a constant delay, and no jitter.
   *
   * @defaultValue true
   */
  readonly synchronous?: boolean | undefined
}

/** One rumor, which starts at peer 0, in a simulated network. */
export interface RumorOptions extends WorldOptions {
  readonly method: RumorMethod
  /** @defaultValue 'residue' */
  readonly metric?: RumorMetric | undefined
}

/**
 * - `residue`: 1 for a peer that has not heard the rumor, 0 for the others: its mean is the residue s;
 * - `traffic`: how often a peer has sent it: its mean is the traffic m.
 */
export type RumorMetric = 'residue' | 'traffic'

const METRICS: Readonly<Record<RumorMetric, Metric>> = {
  residue: { name: 'residue', label: 'share of peers without the rumor', scale: 'log' },
  traffic: { name: 'traffic', label: 'times sent, per peer', scale: 'linear' },
}

export function rumorMetric({ metric = 'residue' }: Pick<RumorOptions, 'metric'>): Metric {
  return METRICS[metric]
}
