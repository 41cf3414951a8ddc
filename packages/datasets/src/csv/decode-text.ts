import { CsvError } from './csv-error.ts'

const BYTE_ORDER_MARK = '\uFEFF'

/** Makes the error for a text that is none. */
type TextFault = (
  code: 'NOT_UTF8' | 'BINARY',
  line: number | undefined,
  problem: string,
  options?: ErrorOptions,
) => Error

/**
 * Bytes or text to text without a byte order mark.
 *
 * @param fault - Makes the error. Default: a {@link CsvError}.
 * @throws {@link CsvError} `CSV_NOT_UTF8`, `CSV_BINARY`.
 */
export function decodeText(
  input: string | Uint8Array,
  source: string,
  fault: TextFault = (code, line, problem, options) => new CsvError(`CSV_${code}`, { source, line }, problem, options),
): string {
  const text = typeof input === 'string' ? input : decodeUtf8(input, fault)
  const zero = text.indexOf('\0')
  if (zero !== -1) {
    throw fault('BINARY', lineAt(text, zero), 'a zero byte: this is not a text file')
  }
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

function decodeUtf8(bytes: Uint8Array, fault: TextFault): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw fault('NOT_UTF8', undefined, 'the text is UTF-16: save it as UTF-8')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    // The decoder does not say where: decode again, leniently, and look for the first replacement character.
    const lenient = new TextDecoder('utf-8').decode(bytes)
    const line = lineAt(lenient, lenient.indexOf('\uFFFD'))
    throw fault('NOT_UTF8', line, 'bytes that are not UTF-8: save the file as UTF-8', { cause })
  }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
