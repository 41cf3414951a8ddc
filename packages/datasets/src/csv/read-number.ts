import { CsvError, type CsvPosition } from './csv-error.ts'

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity|∞)$/i
const MISSING = /^(?:|\?|na|n\/a|null|none|nil)$/i

/** Whether a cell is a decimal number. Hexadecimal and thousands separators are not. */
export function isNumber(cell: string): boolean {
  return NUMBER.test(cell)
}

/**
 * The finite number in a cell.
 *
 * @param position - Called for the position only if the cell is wrong.
 * @throws {@link CsvError} `CSV_MISSING_VALUE`, `CSV_NOT_FINITE`, `CSV_NOT_A_NUMBER`.
 */
export function readNumber(cell: string, position: () => CsvPosition): number {
  const text = cell.trim()
  if (NUMBER.test(text)) {
    const value = Number(text)
    if (Number.isFinite(value)) return value
    throw new CsvError('CSV_NOT_FINITE', position(), `${text} is beyond the range of a float64`)
  }
  if (MISSING.test(text)) {
    const what = text === '' ? 'the cell is empty' : `${JSON.stringify(text)} stands for a missing value`
    throw new CsvError('CSV_MISSING_VALUE', position(), `${what}: fill it in or drop the row`)
  }
  if (NOT_FINITE.test(text)) {
    throw new CsvError('CSV_NOT_FINITE', position(), `${text} is not a finite number: fill it in or drop the row`)
  }
  const hint = /^[+-]?\d+,\d+$/.test(text)
    ? '; write the decimal point as "."'
    : ': encode it as a number or drop the column'
  throw new CsvError('CSV_NOT_A_NUMBER', position(), `${JSON.stringify(shorten(text))} is not a number${hint}`)
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
