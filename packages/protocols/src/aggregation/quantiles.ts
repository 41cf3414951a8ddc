import { UsageError } from '@hearsay/core'
import { ComponentAveraging, type ComponentAveragingOptions } from './component-averaging.ts'

/** What a {@link Quantiles} needs. */
export interface QuantilesOptions extends ComponentAveragingOptions {
  /**
   * t₀ < t₁ < … : 2 … 512 finite numbers, the same on all peers. Quantiles are exact at them and interpolated between
   * them; values below the first and above the last are only counted.
   */
  readonly thresholds: readonly number[]
}

/**
 * The distribution of the local values, by averaged indicators: for each threshold t a peer starts with 1 where its value
 * is ≤ t, else 0, and the mean of that is the cumulative distribution F(t). Quantiles are found by linear interpolation
 * (Sacha, Napper, Stratan, Pierre, "Adam2: reliable distribution estimation in decentralised environments", ICDCS 2010,
 * with fixed interpolation points in place of adaptive ones). The error of a quantile is at most the distance of the two
 * thresholds around it.
 */
export class Quantiles extends ComponentAveraging {
  readonly #thresholds: readonly number[]

  /** @throws {@link UsageError} `THRESHOLDS`, or when another option is out of its range. */
  constructor(options: QuantilesOptions) {
    const { thresholds } = options
    const increasing = thresholds.every((t, i) => Number.isFinite(t) && (i === 0 || t > thresholds[i - 1]))
    if (!increasing || thresholds.length < 2) {
      throw new UsageError('THRESHOLDS', 'thresholds are 2 … 512 finite numbers, each larger than the one before')
    }
    super(options, thresholds.length)
    this.#thresholds = [...thresholds]
    this.lower.fill(0)
    this.upper.fill(1)
  }

  /** F(tᵢ): the share of peers whose value is at most the i-th threshold. NaN before an epoch has ended. */
  share(peer: number, threshold: number): number {
    return this.result(peer, threshold)
  }

  /**
   * The value that a share q of the peers does not exceed, between the first threshold and the last; NaN before an epoch
   * has ended.
   *
   * @param q - In [0, 1]; 0.5 for the median.
   * @throws {@link UsageError} `QUANTILE` when q is out of its range.
   */
  quantile(peer: number, q: number): number {
    if (!(q >= 0 && q <= 1)) throw new UsageError('QUANTILE', `a quantile is named by a number in [0, 1], not ${q}`)
    const t = this.#thresholds
    if (Number.isNaN(this.share(peer, 0))) return Number.NaN
    let above = 0
    while (above < t.length && this.share(peer, above) < q) above++
    if (above === 0) return t[0]
    if (above === t.length) return t[above - 1]
    const low = this.share(peer, above - 1)
    const step = this.share(peer, above) - low
    return t[above - 1] + ((q - low) / step) * (t[above] - t[above - 1])
  }

  protected override describe(value: number, target: Float64Array, at: number): void {
    for (let i = 0; i < this.components; i++) target[at + i] = value <= this.#thresholds[i] ? 1 : 0
  }
}
