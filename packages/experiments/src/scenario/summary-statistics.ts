/** Mean, least and greatest of some values. */
export interface SummaryStatistics {
  readonly mean: number
  readonly min: number
  readonly max: number
}

/** Collects values one by one; NaN, where there was nothing to measure, does not count. */
export class Statistics implements SummaryStatistics {
  count = 0
  min: number = Number.POSITIVE_INFINITY
  max: number = Number.NEGATIVE_INFINITY
  #sum = 0

  add(value: number): void {
    if (Number.isNaN(value)) return
    this.count++
    this.#sum += value
    this.min = Math.min(this.min, value)
    this.max = Math.max(this.max, value)
  }

  /** NaN where there are no values. */
  get mean(): number {
    return this.#sum / this.count
  }

  /** All NaN where there are no values. */
  toSummary(): SummaryStatistics {
    if (this.count === 0) return { mean: Number.NaN, min: Number.NaN, max: Number.NaN }
    return { mean: this.mean, min: this.min, max: this.max }
  }
}
