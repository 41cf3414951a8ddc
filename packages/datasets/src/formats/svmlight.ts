import { isNumber } from '../csv/read-number.ts'
import { classLabels } from './class-labels.ts'
import { DataFileError } from './data-file-error.ts'
import type { SparseDataset } from './sparse-dataset.ts'
import { textLines } from './text-lines.ts'

/** How an svmlight text is read. */
export interface SvmlightOptions {
  /**
   * What errors call the text.
   *
   * @defaultValue `'svmlight'`
   */
  readonly source?: string
  /** @defaultValue `source` */
  readonly name?: string
  /**
   * The number of the first feature.
   *
   * @defaultValue 1
   */
  readonly base?: 0 | 1
  /**
   * Number of features, 1 … 2³⁰: that of the training rows, for a file of test rows that lacks the last ones.
   *
   * @defaultValue as many as the largest number in the file needs
   */
  readonly features?: number
  /** @defaultValue the labels found, numbers in numeric order */
  readonly classNames?: readonly string[]
}

const FEATURES_MAX = 2 ** 30

/**
 * Reads a text in the format of SVMlight and LIBSVM: a row is a label and `feature:value` pairs, with ascending numbers
 * of features; `#` starts a comment, `qid:…` is skipped. `+1` and `1` are one label.
 *
 * @param input - Text, or bytes in UTF-8.
 * @throws {@link DataFileError} `SVMLIGHT_LABEL`, `SVMLIGHT_PAIR`, `SVMLIGHT_FEATURE`, `SVMLIGHT_VALUE`,
 *   `SVMLIGHT_NO_ROWS`, `LABEL_UNKNOWN`, `ONE_CLASS`, `TEXT_NOT_UTF8`, `TEXT_BINARY`.
 */
export function parseSvmlight(input: string | Uint8Array, options: SvmlightOptions = {}): SparseDataset {
  const { source = 'svmlight', base = 1, features: limit } = options
  const [texts, lines, starts, columns, values]: [string[], number[], number[], number[], number[]] = [
    [],
    [],
    [0],
    [],
    [],
  ]
  let features = limit ?? 0
  for (const [line, text] of textLines(input, source)) {
    const words = text.replace(/#.*$/, '').split(/\s+/).filter(Boolean)
    if (words.length === 0) continue
    texts.push(readLabel(words[0], source, line))
    lines.push(line)
    let last = -1
    for (const word of words.slice(1)) {
      if (word.startsWith('qid:')) continue
      const column = readFeature(word, base, limit ?? FEATURES_MAX, source, line)
      if (column <= last)
        throw fault('FEATURE', source, line, `feature ${column + base} stands behind ${last + base}: sort them`)
      last = column
      columns.push(column)
      values.push(readValue(word, source, line))
    }
    features = Math.max(features, last + 1)
    starts.push(columns.length)
  }
  if (texts.length === 0) throw fault('NO_ROWS', source, undefined, 'there are no rows')
  if (features === 0) throw fault('FEATURE', source, undefined, 'no row has a feature')
  const { classNames, labels } = classLabels(texts, source, options.classNames, (row) => lines[row])
  return {
    name: options.name ?? source,
    ...{ classNames, labels, features, rows: texts.length, starts: Int32Array.from(starts) },
    ...{ columns: Int32Array.from(columns), values: Float64Array.from(values) },
  }
}

function readLabel(word: string, source: string, line: number): string {
  if (!word.includes(':') && !word.includes(',')) return isNumber(word) ? String(Number(word) + 0) : word
  const why = word.includes(',') ? 'a row has one label' : 'the row begins with a feature'
  throw fault('LABEL', source, line, `${JSON.stringify(word.slice(0, 40))} is no label: ${why}`)
}

function readFeature(word: string, base: number, limit: number, source: string, line: number): number {
  const colon = word.indexOf(':')
  if (colon === -1) {
    throw fault('PAIR', source, line, `${JSON.stringify(word.slice(0, 40))} is no pair: write feature:value`)
  }
  const number = word.slice(0, colon)
  const column = /^\d{1,10}$/.test(number) ? Number(number) - base : -1
  if (column >= 0 && column < limit) return column
  const hint = number === '0' ? '; features that are counted from 0 need base 0' : ''
  const problem = `feature ${JSON.stringify(number.slice(0, 40))} is no integer in ${base} … ${limit - 1 + base}${hint}`
  throw fault('FEATURE', source, line, problem)
}

function readValue(word: string, source: string, line: number): number {
  const text = word.slice(word.indexOf(':') + 1)
  const value = isNumber(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value)) return value
  throw fault('VALUE', source, line, `${JSON.stringify(text.slice(0, 40))} is no finite number: fill it in or drop it`)
}

function fault(code: string, source: string, line: number | undefined, problem: string): DataFileError {
  return new DataFileError(`SVMLIGHT_${code}`, { source, line }, problem)
}
