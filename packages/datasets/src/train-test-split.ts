import { ConfigurationError, randomStream, UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray, SplitDataset } from './dataset.ts'
import { selectRows } from './select-rows.ts'

/**
 * Splits a data set at random: the test rows are the first ⌈rows × `testFraction`⌉ of a seeded shuffle. Both parts keep
 * the order of the source, so a source that is sorted by class stays so: shuffle before learning in one pass. Not
 * stratified.
 *
 * @param testFraction - In (0, 1).
 * @param seed - A safe integer ≥ 0; the same seed gives the same split on every machine.
 * @throws {@link UsageError} `TEST_FRACTION_INVALID`; {@link ConfigurationError} `DATASET_TOO_SMALL` where a part would
 *   be empty.
 */
export function trainTestSplit<Features extends FeatureArray>(
  dataset: Dataset<Features>,
  testFraction: number,
  seed: number,
): SplitDataset<Features> {
  if (!(testFraction > 0 && testFraction < 1)) {
    throw new UsageError('TEST_FRACTION_INVALID', `a test fraction lies between 0 and 1, not at ${testFraction}`)
  }
  // Without the margin 0.07 × 100 = 7.000000000000001 would take eight rows.
  const testRows = Math.ceil(dataset.rows * testFraction - 1e-9)
  if (testRows < 1 || testRows >= dataset.rows) {
    throw new ConfigurationError(
      'DATASET_TOO_SMALL',
      `${dataset.name}: ${dataset.rows} row(s) split by ${testFraction} leave no row to train or none to test`,
    )
  }
  const order = Int32Array.from({ length: dataset.rows }, (_, row) => row)
  randomStream(seed).shuffle(order)
  return splitByTestRows(dataset, order.subarray(0, testRows))
}

/**
 * Splits a data set into the given test rows and the rest, both in the order of the source.
 *
 * @param testRows - Different row indices in [0, rows), in any order.
 * @throws {@link UsageError} `ROW_OUT_OF_RANGE`, `ROW_REPEATED`.
 */
export function splitByTestRows<Features extends FeatureArray>(
  dataset: Dataset<Features>,
  testRows: ArrayLike<number>,
): SplitDataset<Features> {
  const test = Int32Array.from(testRows).sort()
  const train = new Int32Array(dataset.rows - test.length)
  let taken = 0
  for (let row = 0; row < dataset.rows; row++) {
    if (row === test[taken]) taken++
    else train[row - taken] = row
  }
  const split = { train: selectRows(dataset, train), test: selectRows(dataset, test) }
  if (taken !== test.length) throw new UsageError('ROW_REPEATED', `${dataset.name}: a test row is named twice`)
  return split
}
