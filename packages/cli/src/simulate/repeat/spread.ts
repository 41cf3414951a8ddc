/** Mean and spread of a number over independent runs. */
export interface Spread {
  readonly runs: number
  readonly mean: number
  /** Sample standard deviation; NaN for fewer than two runs. */
  readonly sd: number
  readonly min: number
  readonly max: number
}

/** All NaN where there are no values. */
export function spreadOf(values: readonly number[]): Spread {
  const runs = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / runs
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const sd = runs < 2 ? Number.NaN : Math.sqrt(squares / (runs - 1))
  if (runs === 0) return { runs, mean, sd, min: Number.NaN, max: Number.NaN }
  return { runs, mean, sd, min: Math.min(...values), max: Math.max(...values) }
}
