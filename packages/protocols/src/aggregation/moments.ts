import { UsageError } from '@hearsay/core'
import { ComponentAveraging, type ComponentAveragingOptions } from './component-averaging.ts'

/** What a {@link Moments} needs. */
export interface MomentsOptions extends ComponentAveragingOptions {
  /**
   * A finite number near the values: the variance is the difference of two means of the size of (value − origin)², and
   * loses digits where the values are far from it.
   *
   * @defaultValue 0
   */
  readonly origin?: number
}

/**
 * Mean and variance of the local values (Jelasity, Montresor, Babaoglu 2005, §5.1): the mean of x and of x², averaged
 * together, x being the value less the origin. Var = E[x²] − E[x]².
 */
export class Moments extends ComponentAveraging {
  readonly #origin: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: MomentsOptions) {
    const origin = options.origin ?? 0
    if (!Number.isFinite(origin)) throw new UsageError('ORIGIN', `an origin is a finite number, not ${origin}`)
    super({ ...options, range: options.range ?? LARGEST }, 2)
    this.#origin = origin
    const { min, max } = options.range ?? LARGEST
    const farthest = Math.max((min - origin) ** 2, (max - origin) ** 2)
    this.lower.set([min - origin, 0])
    this.upper.set([max - origin, Math.min(farthest, Number.MAX_VALUE)])
  }

  /** The mean that the last finished epoch of a hosted peer says. NaN before that. */
  mean(peer: number): number {
    return this.#origin + this.result(peer, 0)
  }

  /** The population variance (divided by the number of peers) that the last finished epoch says, ≥ 0. NaN before that. */
  variance(peer: number): number {
    return varianceOf(this.result(peer, 0), this.result(peer, 1))
  }

  protected override describe(value: number, target: Float64Array, at: number): void {
    const x = value - this.#origin
    target[at] = x
    target[at + 1] = x * x
  }
}

/** Values whose squares are finite. */
const LARGEST = { min: -1e150, max: 1e150 }

/** Rounding and overlapping exchanges can leave the difference slightly below 0. */
function varianceOf(mean: number, meanOfSquares: number): number {
  const variance = meanOfSquares - mean * mean
  return variance < 0 ? 0 : variance
}
