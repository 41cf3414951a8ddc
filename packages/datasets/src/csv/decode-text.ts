import { CsvError } from './csv-error.ts'

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Bytes or text to text without a byte order mark.
 *
 * @throws {@link CsvError} `CSV_NOT_UTF8`, `CSV_BINARY`.
 */
export function decodeText(input: string | Uint8Array, source: string): string {
  const text = typeof input === 'string' ? input : decodeUtf8(input, source)
  const zero = text.indexOf('\0')
  if (zero !== -1) {
    throw new CsvError('CSV_BINARY', { source, line: lineAt(text, zero) }, 'a zero byte: this is not a text file')
  }
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

function decodeUtf8(bytes: Uint8Array, source: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new CsvError('CSV_NOT_UTF8', { source }, 'the text is UTF-16: save it as UTF-8')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    // The decoder does not say where: decode again, leniently, and look for the first replacement character.
    const lenient = new TextDecoder('utf-8').decode(bytes)
    const line = lineAt(lenient, lenient.indexOf('\uFFFD'))
    throw new CsvError('CSV_NOT_UTF8', { source, line }, 'bytes that are not UTF-8: save the file as UTF-8', { cause })
  }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
