import { ConfigurationError } from '@hearsay/core'
import { listNames, suggestion } from '../nearest.ts'
import { CsvError, type CsvPosition } from './csv-error.ts'
import type { CsvOptions } from './csv-options.ts'
import { isNumber } from './read-number.ts'

/** What the columns of a file mean. */
export interface CsvColumns {
  /** All names, in file order. */
  readonly names: readonly string[]
  /** Index of the column that holds the class. */
  readonly label: number
  /** The names of the features, in the order of the data set. */
  readonly featureNames: readonly string[]
  /** Feature index of each column of the file; −1 for the label. */
  readonly featureOf: Int32Array
}

/**
 * Finds out what the columns of a file mean.
 *
 * @throws {@link CsvError} `CSV_NO_HEADER`, `CSV_UNNAMED_COLUMN`, `CSV_DUPLICATE_COLUMN`, `CSV_NO_LABEL_COLUMN`,
 *   `CSV_NO_FEATURES`, `CSV_COLUMNS_DIFFER`; {@link ConfigurationError} `FEATURE_NAMES_INVALID`.
 */
export function readHeader(names: readonly string[], position: CsvPosition, options: CsvOptions): CsvColumns {
  checkNames(names, position)
  const label = findLabel(names, position, options.label)
  const found = names.filter((_, column) => column !== label)
  if (found.length === 0) {
    throw new CsvError('CSV_NO_FEATURES', position, `no column beside the label${delimiterHint(names)}`)
  }
  const featureNames = options.featureNames ?? found
  checkFeatures(found, featureNames, position)
  const indexOf = new Map(featureNames.map((name, index) => [name, index]))
  const featureOf = Int32Array.from(names, (name, column) => (column === label ? -1 : (indexOf.get(name) ?? -1)))
  return { names, label, featureNames: [...featureNames], featureOf }
}

function checkNames(names: readonly string[], position: CsvPosition): void {
  if (looksLikeData(names)) {
    throw new CsvError('CSV_NO_HEADER', position, 'the first line holds numbers: add a line with the columns’ names')
  }
  const seen = new Map<string, number>()
  for (const [column, name] of names.entries()) {
    if (name.trim() === '') {
      throw new CsvError('CSV_UNNAMED_COLUMN', position, `column ${column + 1} of ${names.length} has no name`)
    }
    const first = seen.get(name)
    if (first !== undefined) {
      const problem = `columns ${first + 1} and ${column + 1} have the same name`
      throw new CsvError('CSV_DUPLICATE_COLUMN', { ...position, column: name }, problem)
    }
    seen.set(name, column)
  }
}

/** Numbers alone are data, unless they could number the columns: different whole numbers. */
function looksLikeData(names: readonly string[]): boolean {
  if (!names.every(isNumber)) return false
  return new Set(names).size < names.length || !names.every((name) => /^\d+$/.test(name))
}

function findLabel(names: readonly string[], position: CsvPosition, label: string | number): number {
  const named = typeof label === 'string' ? names.indexOf(label) : -1
  if (named !== -1) return named
  const index = typeof label === 'number' ? label : /^\d+$/.test(label) ? Number(label) : -1
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index
  const what = typeof label === 'number' ? `column ${label} (counted from 0)` : `column ${JSON.stringify(label)}`
  const hint = suggestion(String(label), names)
  const problem = `no ${what} for the label${hint}; the columns are ${listNames(names)}${delimiterHint(names)}`
  throw new CsvError('CSV_NO_LABEL_COLUMN', position, problem)
}

function delimiterHint(names: readonly string[]): string {
  if (names.length > 1 || !/[;\t]/.test(names[0])) return ''
  return '. The cells seem to be separated by semicolons or tabs: set the delimiter'
}

function checkFeatures(found: readonly string[], wanted: readonly string[], position: CsvPosition): void {
  if (new Set(wanted).size < wanted.length) {
    throw new ConfigurationError('FEATURE_NAMES_INVALID', `a feature is named twice among ${listNames(wanted)}`)
  }
  const missing = wanted.filter((name) => !found.includes(name))
  const extra = found.filter((name) => !wanted.includes(name))
  if (missing.length === 0 && extra.length === 0) return
  const problems: string[] = []
  if (missing.length > 0) problems.push(`${missing.length} missing: ${listNames(missing)}`)
  if (extra.length > 0) problems.push(`${extra.length} not expected: ${listNames(extra)}`)
  throw new CsvError('CSV_COLUMNS_DIFFER', position, `the columns are not those of the run; ${problems.join('; ')}`)
}
