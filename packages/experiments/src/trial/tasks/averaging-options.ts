import type { WorldOptions } from '../../scenario/scenario-options.ts'
import type { Metric } from '../trial-result.ts'

/** An aggregate, and the protocol that computes it. Times are in cycles; see the protocols for their defaults. */
export type AveragingMethod = PushPullMethod | PushSumMethod | CountMethod

/** Push–pull averaging (Jelasity, Montresor, Babaoglu 2005, §3): see `PushPullAveraging`. */
export interface PushPullMethod extends Turns {
  readonly kind: 'push-pull'
  readonly form?: 'difference' | 'value' | undefined
}

/** Push-sum (Kempe, Dobra, Gehrke 2003): see `PushSum`. */
export interface PushSumMethod extends Turns {
  readonly kind: 'push-sum'
}

/** COUNT (Jelasity, Montresor, Babaoglu 2005, §5): the size of the network; see `Counting`. */
export interface CountMethod extends Turns {
  readonly kind: 'count'
  /** An integer in 1 … 255. */
  readonly instances?: number | undefined
  readonly leaders?: number | undefined
}

interface Turns {
  readonly order?: 'shuffled' | 'fixed' | undefined
  /**
   * Cycles of an epoch, an integer ≥ 1.
   *
   * @defaultValue all cycles of the run
   */
  readonly epochCycles?: number | undefined
}

/** What peers hold: uniform in [0, 1), or the number of peers at one peer and 0 at all others. */
export type Values = 'uniform' | 'peak'

export const VALUES: readonly Values[] = ['uniform', 'peak']

/** Aggregation in a simulated network. */
export interface AveragingOptions extends WorldOptions {
  readonly method: AveragingMethod
  /** Not of `count`, in which leaders hold 1. */
  readonly values: Values
  /**
   * What is measured of averaging; of `count` it is the error.
   *
   * @defaultValue 'variance', of `count` 'error'
   */
  readonly metric?: AveragingMetric | undefined
}

/**
 * - `variance`: squared distance of a peer's estimate from the mean of all estimates, as a share of the variance of the values;
 *   its mean over the peers is the variance that is left, whatever the estimates converge to;
 * - `error`: the same, from the mean of the values; of `count`, the relative error of a peer's estimate of the size.
 */
export type AveragingMetric = 'variance' | 'error'

const LEFT = { name: 'variance', label: 'variance left (1 = at the start)', scale: 'log' } as const
const OFF = { name: 'error', label: 'squared error ÷ variance at the start', scale: 'log' } as const
const SIZE = { name: 'error', label: 'relative error of the size', scale: 'log' } as const

export function averagingMetric({ method, metric = 'variance' }: Pick<AveragingOptions, 'method' | 'metric'>): Metric {
  if (method.kind === 'count') return SIZE
  return metric === 'variance' ? LEFT : OFF
}
