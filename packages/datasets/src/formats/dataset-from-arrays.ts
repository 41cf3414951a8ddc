import type { RawDataset } from '../dataset.ts'
import { classLabels } from './class-labels.ts'
import { DataFileError } from './data-file-error.ts'
import { cellsOf, type NumericArray } from './numeric-array.ts'

/** What arrays do not say of themselves. */
export interface ArrayDatasetOptions {
  /**
   * What errors call the features' file.
   *
   * @defaultValue `'features'`
   */
  readonly source?: string
  /**
   * What errors call the labels' file.
   *
   * @defaultValue `'labels'`
   */
  readonly labelSource?: string
  /** @defaultValue `source` */
  readonly name?: string
  /**
   * Names of the classes 0, 1, … that the labels number.
   *
   * @defaultValue the numbers that occur, in numeric order
   */
  readonly classNames?: readonly string[]
  /**
   * The classes, in their order, by the numbers that the labels are, where some of them may be missing here.
   *
   * @defaultValue the numbers that occur
   */
  readonly knownClasses?: readonly string[]
  /**
   * One for each feature.
   *
   * @defaultValue `pixel_ROW_COLUMN` for images, else `x0`, `x1`, …
   */
  readonly featureNames?: readonly string[]
}

/**
 * Makes a data set of an array of features, whose first dimension counts the rows, and an array of as many labels.
 *
 * @throws {@link DataFileError} `ARRAY_SHAPE`, `ARRAY_NOT_FINITE`, `LABEL_INVALID`, `ONE_CLASS`.
 */
export function datasetFromArrays(
  features: NumericArray,
  labels: NumericArray,
  options: ArrayDatasetOptions = {},
): RawDataset {
  const { source = 'features', labelSource = 'labels', classNames } = options
  const rows = features.shape[0] ?? 0
  const width = features.shape.length === 1 ? 1 : cellsOf(features.shape.slice(1))
  if (rows === 0 || width === 0)
    throw shapeError(source, `${features.shape.join(' × ')} values are no rows of features`)
  if (labels.shape[0] !== rows || labels.data.length !== rows) {
    throw shapeError(
      labelSource,
      `${labels.shape.join(' × ')} labels do not go with ${rows} rows: give one label per row`,
    )
  }
  const featureNames = options.featureNames ?? namesOf(features.shape, width)
  if (featureNames.length !== width) {
    throw shapeError(source, `${featureNames.length} names of features do not go with ${width} columns`)
  }
  const wrong = features.data.findIndex((value) => !Number.isFinite(value))
  if (wrong !== -1) {
    const where = `row ${Math.floor(wrong / width)}, column ${JSON.stringify(featureNames[wrong % width])}`
    const problem = `${where} is ${features.data[wrong]}: fill it in or drop the row`
    throw new DataFileError('ARRAY_NOT_FINITE', { source }, problem)
  }
  const texts = Array.from(labels.data, (label, row) => labelText(label, row, labelSource, classNames))
  return {
    name: options.name ?? source,
    featureNames: [...featureNames],
    features: features.data,
    rows,
    ...classLabels(texts, labelSource, classNames ?? options.knownClasses),
  }
}

function labelText(label: number, row: number, source: string, classNames: readonly string[] | undefined): string {
  if (classNames === undefined && Number.isSafeInteger(label)) return String(label)
  const name = classNames?.[label]
  if (name !== undefined) return name
  const range = classNames === undefined ? 'an integer' : `one of 0 … ${classNames.length - 1}`
  throw new DataFileError('LABEL_INVALID', { source }, `row ${row} has the label ${label}: a label is ${range}`)
}

function namesOf(shape: readonly number[], width: number): string[] {
  if (shape.length !== 3) return Array.from({ length: width }, (_, index) => `x${index}`)
  return Array.from({ length: width }, (_, index) => `pixel_${Math.floor(index / shape[2])}_${index % shape[2]}`)
}

function shapeError(source: string, problem: string): DataFileError {
  return new DataFileError('ARRAY_SHAPE', { source }, problem)
}
