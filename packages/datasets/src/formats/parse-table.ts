import { isNumber } from '../csv/read-number.ts'
import { DataFileError } from './data-file-error.ts'
import { checkCells, type NumericArray } from './numeric-array.ts'
import { textLines } from './text-lines.ts'

/**
 * Reads a text of finite decimal numbers, separated by blanks, tabs or commas, with equally many in every line: a table
 * without names or labels.
 *
 * @param input - Text, or bytes in UTF-8.
 * @param source - What errors call the text.
 * @returns Rows × columns.
 * @throws {@link DataFileError} `TABLE_VALUE`, `TABLE_RAGGED`, `TABLE_EMPTY`, `FILE_TOO_LARGE`, `TEXT_NOT_UTF8`,
 *   `TEXT_BINARY`.
 */
export function parseTable(input: string | Uint8Array, source = 'table'): NumericArray {
  const values: number[] = []
  let [rows, width] = [0, 0]
  for (const [line, text] of textLines(input, source)) {
    const words = text.trim().split(/\s*,\s*|\s+/)
    if (words.length === 1 && words[0] === '') continue
    if (rows === 0) width = words.length
    if (words.length !== width) {
      const problem = `the row has ${words.length} number(s), the first one ${width}`
      throw new DataFileError('TABLE_RAGGED', { source, line }, problem)
    }
    for (const word of words) values.push(readNumber(word, source, line))
    checkCells(source, [++rows, width])
  }
  if (rows === 0) throw new DataFileError('TABLE_EMPTY', { source }, 'there are no rows')
  return { shape: [rows, width], data: Float64Array.from(values) }
}

function readNumber(word: string, source: string, line: number): number {
  const value = isNumber(word) ? Number(word) : Number.NaN
  if (Number.isFinite(value)) return value
  const problem = `${JSON.stringify(word.slice(0, 40))} is no finite number: fill it in or drop the row`
  throw new DataFileError('TABLE_VALUE', { source, line }, problem)
}
