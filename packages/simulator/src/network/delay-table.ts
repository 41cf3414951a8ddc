import { type Random, UsageError } from '@hearsay/core'
import { checkAtLeast } from './checks.ts'
import { firstAbove, weightedChoice } from './weighted-choice.ts'

/** Measured delays as a quantile function: linear between the points. */
export interface QuantileDelay {
  readonly kind: 'quantiles'
  /** Ascending, from 0 to 1. */
  readonly quantiles: readonly number[]
  /** The delay at each quantile, never falling. */
  readonly ms: readonly number[]
}

/** Measured delays as a list: each is drawn in proportion to its weight. */
export interface ValueDelay {
  readonly kind: 'values'
  readonly ms: readonly number[]
  /**
   * One for each delay, ≥ 0.
   *
   * @defaultValue all the same
   */
  readonly weights?: readonly number[]
}

/** @throws {@link UsageError} `DELAY` when the points are no quantile function. */
export function quantileSampler({ quantiles, ms }: QuantileDelay): {
  minimumMs: number
  draw: (random: Random) => number
} {
  checkDelays(ms, quantiles)
  const ascends = quantiles.every((quantile, i) => i === 0 || (quantile > quantiles[i - 1] && ms[i] >= ms[i - 1]))
  if (!ascends || quantiles[0] !== 0 || quantiles.at(-1) !== 1 || quantiles.length < 2) {
    throw new UsageError('DELAY', 'quantiles ascend from 0 to 1, and their delays never fall: this table does not')
  }
  const bounds = Float64Array.from(quantiles)
  const values = Float64Array.from(ms)
  const draw = (random: Random): number => {
    const probability = random.float64()
    const above = Math.max(1, firstAbove(bounds, probability))
    const low = values[above - 1]
    const share = (probability - bounds[above - 1]) / (bounds[above] - bounds[above - 1])
    return low + (values[above] - low) * share
  }
  return { minimumMs: ms[0], draw }
}

/** @throws {@link UsageError} `DELAY`, `WEIGHTS` when the table is empty or a number is out of its range. */
export function valueSampler({ ms, weights }: ValueDelay): { minimumMs: number; draw: (random: Random) => number } {
  checkDelays(ms, weights ?? ms)
  const values = Float64Array.from(ms)
  const minimumMs = values.reduce((least, value) => Math.min(least, value))
  if (weights === undefined) return { minimumMs, draw: (random) => values[random.below(values.length)] }
  const choose = weightedChoice(weights)
  return { minimumMs, draw: (random) => values[choose(random)] }
}

function checkDelays(ms: readonly number[], beside: readonly number[]): void {
  if (ms.length === 0 || ms.length !== beside.length) {
    throw new UsageError(
      'DELAY',
      `a table of delays has as many of either column, ≥ 1, not ${ms.length} and ${beside.length}`,
    )
  }
  for (const value of ms) checkAtLeast('DELAY', 'a delay of the table', value, 0)
}
