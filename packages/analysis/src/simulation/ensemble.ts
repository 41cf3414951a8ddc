/** Means and standard errors over independent runs of series of one length, in one pass (Welford 1962). */
export class Ensemble {
  readonly #mean: Float64Array
  readonly #squares: Float64Array
  #runs = 0

  /** @param length - Of the series. */
  constructor(length: number) {
    this.#mean = new Float64Array(length)
    this.#squares = new Float64Array(length)
  }

  /** Series added. */
  get runs(): number {
    return this.#runs
  }

  /** Adds the series of one run. */
  add(series: ArrayLike<number>): void {
    this.#runs++
    for (let i = 0; i < this.#mean.length; i++) {
      const difference = series[i] - this.#mean[i]
      this.#mean[i] += difference / this.#runs
      this.#squares[i] += difference * (series[i] - this.#mean[i])
    }
  }

  /** The mean of entry i over the runs; NaN without a run. */
  mean(i: number): number {
    return this.#runs === 0 ? Number.NaN : this.#mean[i]
  }

  /** The standard deviation of entry i among the runs; NaN with fewer than two. */
  standardDeviation(i: number): number {
    return this.#runs < 2 ? Number.NaN : Math.sqrt(this.#squares[i] / (this.#runs - 1))
  }

  /** The standard error of {@link mean}; NaN with fewer than two runs. */
  standardError(i: number): number {
    return this.standardDeviation(i) / Math.sqrt(this.#runs)
  }
}
