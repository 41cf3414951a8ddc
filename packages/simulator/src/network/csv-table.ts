import { ConfigurationError } from '@hearsay/core'

/** A text with columns of numbers that is not what it should be. The message starts with the source and, where there is one, the line. */
export function tableError(
  code: string,
  source: string,
  line: number | undefined,
  problem: string,
): ConfigurationError {
  return new ConfigurationError(code, `${source}${line === undefined ? '' : `:${line}`}: ${problem}`)
}

/**
 * Reads a CSV text of numbers: one header line with the columns' names, then one record a line. Lines end in LF or CRLF;
 * blank lines and lines that start with `#` are skipped; cells are decimal numbers without quotes.
 *
 * @param headers - The headers that are accepted.
 * @param accept - Gets each record's numbers, in an array that is reused, and its line, from 1.
 * @returns The header that was found.
 * @throws {@link ConfigurationError} `code` with the line where the text is no such table; what `accept` throws.
 */
export function readNumberTable<Header extends string>(
  text: string,
  source: string,
  code: string,
  headers: readonly Header[],
  accept: (numbers: readonly number[], line: number, header: Header) => void,
): Header {
  let header: Header | undefined
  const numbers: number[] = []
  let line = 0
  for (let start = text.charCodeAt(0) === 0xfeff ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const record = text.slice(start, end).trim()
    start = end + 1
    line++
    if (record === '' || record.startsWith('#')) continue
    if (header === undefined) {
      const found = record.replaceAll(/\s*,\s*/g, ',')
      header = headers.find((known) => known === found)
      if (header === undefined) {
        throw tableError(
          code,
          source,
          line,
          `the header is ${headers.join(' or ')}, not ${JSON.stringify(clip(record))}`,
        )
      }
    } else {
      readRecord(record, header, numbers, (problem) => tableError(code, source, line, problem))
      accept(numbers, line, header)
    }
  }
  if (header === undefined)
    throw tableError(code, source, undefined, `no header: the first line is ${headers.join(' or ')}`)
  return header
}

function readRecord(record: string, header: string, numbers: number[], error: (problem: string) => Error): void {
  const cells = record.split(',')
  const names = header.split(',')
  if (cells.length !== names.length) throw error(`${names.length} cells are wanted (${header}), not ${cells.length}`)
  for (let column = 0; column < cells.length; column++) {
    const cell = cells[column].trim()
    numbers[column] = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN
    if (!Number.isFinite(numbers[column]))
      throw error(`${names[column]} is a number, not ${JSON.stringify(clip(cell))}`)
  }
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
