import { decodeText } from '../csv/decode-text.ts'
import { DataFileError } from './data-file-error.ts'

/** A line of a text, without its end, and its number from 1. */
export type NumberedLine = readonly [number: number, line: string]

/**
 * The lines of a text in UTF-8, which end with LF or CRLF.
 *
 * @throws {@link DataFileError} `TEXT_NOT_UTF8`, `TEXT_BINARY`.
 */
export function* textLines(input: string | Uint8Array, source: string): Generator<NumberedLine> {
  const text = decodeText(input, source, (code, line, problem, options) => {
    return new DataFileError(`TEXT_${code}`, { source, line }, problem, options)
  })
  let number = 1
  for (let start = 0; start < text.length; number++) {
    const feed = text.indexOf('\n', start)
    const end = feed === -1 ? text.length : feed
    yield [number, text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end)]
    start = end + 1
  }
}
