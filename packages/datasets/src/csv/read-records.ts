import { parse, CsvError as TokenError } from 'csv-parse/browser/esm/sync'
import { CsvError } from './csv-error.ts'

/**
 * Splits a CSV text (RFC 4180; LF, CRLF and CR end a line) into records and hands over each one's cells and its line.
 * White space around cells is dropped unless quoted, and so are blank lines. The delimiter `' '` stands for any number
 * of blanks and tabs.
 *
 * @throws {@link CsvError} `CSV_MALFORMED` for quotes that do not pair up; whatever `accept` throws.
 */
export function readRecords(
  text: string,
  source: string,
  delimiter: string,
  accept: (cells: readonly string[], line: number) => void,
): void {
  let lastLine = 0
  const isBlank = delimiter === ' '
  try {
    // As bytes: the browser build turns strings into bytes slowly, by way of an array of numbers.
    parse(new TextEncoder().encode(isBlank ? text.replace(/[ \t]+/g, '\t').replace(/^\t/gm, '') : text), {
      delimiter: isBlank ? '\t' : delimiter,
      quote: isBlank ? false : '"',
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      // Records are consumed one by one: an array of all cells of a large file would not fit.
      on_record: (cells: string[], { lines }) => {
        accept(cells, lines)
        lastLine = lines
        return null
      },
    })
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause
    throw malformed(cause, source, lastLine)
  }
}

function malformed(cause: TokenError, source: string, lastLine: number): CsvError {
  if (cause.code === 'CSV_QUOTE_NOT_CLOSED') {
    const position = { source, line: lastLine + 1 }
    return new CsvError('CSV_MALFORMED', position, 'a quoted cell that starts here is never closed', { cause })
  }
  const line = typeof cause.lines === 'number' ? cause.lines : lastLine + 1
  const problem = 'a quotation mark inside a cell: put the cell in quotes and double the mark'
  return new CsvError('CSV_MALFORMED', { source, line }, problem, { cause })
}
