/** Feature values: float64 as they were read, float32 once they are scaled. */
export type FeatureArray = Float32Array | Float64Array

/**
 * Labelled rows of numbers. A data set that is ready to be learned from holds float32 (the default of `Features`); one
 * that was just read holds float64, see {@link RawDataset}.
 */
export interface Dataset<Features extends FeatureArray = Float32Array> {
  /** What messages and reports call it. */
  readonly name: string
  /** One name per feature column, in column order, all different. */
  readonly featureNames: readonly string[]
  /** One name per class; a label is an index into it. A class may have no rows here. */
  readonly classNames: readonly string[]
  /** `rows` × `featureNames.length` finite values, row-major. */
  readonly features: Features
  /** One class index per row. */
  readonly labels: Int32Array
  /** Number of rows. */
  readonly rows: number
}

/**
 * A data set before scaling, in float64. Rounded to float32 at once, a column such as a Unix time would lose what tells
 * its rows apart; subtracted from its mean first, it loses nothing that matters. `applyScaling` makes a
 * {@link Dataset} of it, with the scaling `none` if need be.
 */
export type RawDataset = Dataset<Float64Array>

/** Rows to learn from and rows that are held out to measure the error. */
export interface SplitDataset<Features extends FeatureArray = Float32Array> {
  readonly train: Dataset<Features>
  readonly test: Dataset<Features>
}

/** A split before scaling. */
export type RawSplitDataset = SplitDataset<Float64Array>
