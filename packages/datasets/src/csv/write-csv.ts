import { UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray } from '../dataset.ts'

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/

/**
 * A data set as CSV text that `parseCsv` reads back to the same values: a header row, the features, and the class name
 * as the last column. Lines end with LF.
 *
 * @param label - Name of the label column. Default `'class'`.
 * @throws {@link UsageError} `LABEL_NAME_TAKEN` where a feature has that name.
 */
export function writeCsv(dataset: Dataset<FeatureArray>, label = 'class'): string {
  if (dataset.featureNames.includes(label)) {
    throw new UsageError(
      'LABEL_NAME_TAKEN',
      `${dataset.name} has a feature ${JSON.stringify(label)}: name the label differently`,
    )
  }
  const width = dataset.featureNames.length
  const classNames = dataset.classNames.map(quote)
  const lines = [[...dataset.featureNames, label].map(quote).join(',')]
  for (let row = 0; row < dataset.rows; row++) {
    const cells = Array.from(dataset.features.subarray(row * width, (row + 1) * width), formatNumber)
    cells.push(classNames[dataset.labels[row]])
    lines.push(cells.join(','))
  }
  return `${lines.join('\n')}\n`
}

function quote(cell: string): string {
  return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** The shortest decimal that reads back to the same float64. */
function formatNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
