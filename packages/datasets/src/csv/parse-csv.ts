import type { RawDataset } from '../dataset.ts'
import { ClassIndex } from './class-index.ts'
import { CsvError, type CsvPosition } from './csv-error.ts'
import type { CsvOptions } from './csv-options.ts'
import { decodeText } from './decode-text.ts'
import { type CsvColumns, readHeader } from './read-header.ts'
import { readNumber } from './read-number.ts'
import { readRecords } from './read-records.ts'

/**
 * Reads a CSV or TSV text: a header row with the columns' names, then one row per example, with a column for the class
 * and finite decimal numbers everywhere else.
 *
 * @param input - Text, or bytes in UTF-8.
 * @throws {@link CsvError} naming source, line and column. Its codes: `CSV_NOT_UTF8`, `CSV_BINARY`, `CSV_MALFORMED`,
 *   `CSV_NO_HEADER`, `CSV_UNNAMED_COLUMN`, `CSV_DUPLICATE_COLUMN`, `CSV_NO_LABEL_COLUMN`, `CSV_NO_FEATURES`,
 *   `CSV_COLUMNS_DIFFER`, `CSV_NO_ROWS`, `CSV_RAGGED_ROW`, `CSV_MISSING_LABEL`, `CSV_UNKNOWN_LABEL`, `CSV_ONE_CLASS`,
 *   `CSV_MISSING_VALUE`, `CSV_NOT_FINITE`, `CSV_NOT_A_NUMBER`. {@link ConfigurationError} `CLASS_NAMES_INVALID`,
 *   `FEATURE_NAMES_INVALID` for options that contradict themselves.
 */
export function parseCsv(input: string | Uint8Array, options: CsvOptions): RawDataset {
  const source = options.source ?? 'csv'
  const builder = new DatasetBuilder(source, options)
  readRecords(decodeText(input, source), source, options.delimiter ?? ',', (cells, line) => builder.accept(cells, line))
  return builder.finish()
}

/** Takes the records of one file, header first. */
class DatasetBuilder {
  readonly #source: string
  readonly #options: CsvOptions
  readonly #classes: ClassIndex
  readonly #labels: number[] = []
  #columns: CsvColumns | undefined
  #features = new Float64Array(1024)

  constructor(source: string, options: CsvOptions) {
    this.#source = source
    this.#options = options
    this.#classes = new ClassIndex(options.classNames, options.oneClass)
  }

  accept(cells: readonly string[], line: number): void {
    const isFirst = this.#columns === undefined
    this.#columns ??= this.#readColumns(cells, line)
    if (!isFirst || this.#options.header === false) this.#acceptRow(this.#columns, cells, line)
  }

  finish(): RawDataset {
    const position = { source: this.#source }
    if (this.#columns === undefined) {
      throw new CsvError('CSV_NO_HEADER', position, 'the file is empty: a line with the columns’ names is needed')
    }
    const rows = this.#labels.length
    if (rows === 0) throw new CsvError('CSV_NO_ROWS', position, 'there are no rows below the header')
    const labels = Int32Array.from(this.#labels)
    const { featureNames } = this.#columns
    return {
      name: this.#options.name ?? this.#source,
      featureNames,
      classNames: this.#classes.finish(labels, { ...position, column: this.#columns.names[this.#columns.label] }),
      features: this.#features.slice(0, rows * featureNames.length),
      labels,
      rows,
    }
  }

  #readColumns(cells: readonly string[], line: number): CsvColumns {
    const names = this.#options.header === false ? cells.map((_, column) => `x${column}`) : cells
    return readHeader(names, { source: this.#source, line }, this.#options)
  }

  #acceptRow(columns: CsvColumns, cells: readonly string[], line: number): void {
    const { names, featureOf } = columns
    if (cells.length !== names.length) {
      const what = this.#options.header === false ? 'the first row' : 'the header'
      const problem = `the row has ${cells.length} cell(s), ${what} ${names.length}`
      throw new CsvError('CSV_RAGGED_ROW', { source: this.#source, line }, problem)
    }
    const base = this.#labels.length * columns.featureNames.length
    this.#reserve(base + columns.featureNames.length)
    for (let column = 0; column < cells.length; column++) {
      const position = (): CsvPosition => ({ source: this.#source, line, column: names[column] })
      const feature = featureOf[column]
      if (feature === -1) this.#labels.push(this.#classes.indexOf(cells[column], position))
      else this.#features[base + feature] = readNumber(cells[column], position)
    }
  }

  #reserve(length: number): void {
    if (length <= this.#features.length) return
    const grown = new Float64Array(Math.max(length, this.#features.length * 2))
    grown.set(this.#features)
    this.#features = grown
  }
}
