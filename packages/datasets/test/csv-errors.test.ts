import { ConfigurationError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CsvError, type CsvOptions, parseCsv, type RawDataset } from '../src/index.ts'
import { attempt } from './generators.ts'

interface BrokenFile {
  readonly what: string
  readonly text: string | Uint8Array
  readonly code: string
  readonly line?: number
  readonly column?: string
  /** What the message must mention. */
  readonly says: string | RegExp
  readonly options?: Partial<CsvOptions>
}

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])))

const classNames = ['ham', 'spam']

const BROKEN_FILES: readonly BrokenFile[] = [
  { what: 'nothing', text: '', code: 'CSV_NO_HEADER', says: 'empty' },
  { what: 'blank lines alone', text: '\n \n\n', code: 'CSV_NO_HEADER', says: 'empty' },
  { what: 'a header alone', text: 'a,y\n', code: 'CSV_NO_ROWS', says: 'no rows' },
  { what: 'data without a header', text: '0,0.5,1\n2,3,0\n', code: 'CSV_NO_HEADER', line: 1, says: 'holds numbers' },
  {
    what: 'data of equal whole numbers',
    text: '0,0,1\n2,3,0\n',
    code: 'CSV_NO_HEADER',
    line: 1,
    says: 'holds numbers',
  },
  { what: 'an unnamed column', text: ',a,y\n0,1,p\n', code: 'CSV_UNNAMED_COLUMN', line: 1, says: 'column 1 of 3' },
  {
    what: 'the same name twice',
    text: '\na,b,a,y\n1,2,3,p\n',
    code: 'CSV_DUPLICATE_COLUMN',
    line: 2,
    column: 'a',
    says: 'columns 1 and 3',
  },
  {
    what: 'no label column',
    text: 'a,clas,b\n1,p,2\n',
    code: 'CSV_NO_LABEL_COLUMN',
    line: 1,
    says: 'did you mean "clas"?',
    options: { label: 'class' },
  },
  {
    what: 'no label column, listing them',
    text: 'a,b\n1,p\n',
    code: 'CSV_NO_LABEL_COLUMN',
    line: 1,
    says: 'the columns are "a", "b"',
  },
  {
    what: 'a label index beyond the last column',
    text: 'a,b\n1,p\n',
    code: 'CSV_NO_LABEL_COLUMN',
    line: 1,
    says: 'column 2 (counted from 0)',
    options: { label: 2 },
  },
  {
    what: 'a label index that is no integer',
    text: 'a,b\n1,p\n',
    code: 'CSV_NO_LABEL_COLUMN',
    says: 'column 0.5',
    options: { label: 0.5 },
  },
  { what: 'semicolons', text: 'a;b;y\n1;2;p\n', code: 'CSV_NO_LABEL_COLUMN', line: 1, says: 'set the delimiter' },
  {
    what: 'a label and nothing else',
    text: 'y\np\nq\n',
    code: 'CSV_NO_FEATURES',
    line: 1,
    says: 'no column beside the label',
  },
  {
    what: 'a row too short',
    text: 'a,b,y\n1,2,p\n1,p\n',
    code: 'CSV_RAGGED_ROW',
    line: 3,
    says: '2 cell(s), the header 3',
  },
  {
    what: 'a row too long',
    text: 'a,b,y\n1,2,p,3\n',
    code: 'CSV_RAGGED_ROW',
    line: 2,
    says: '4 cell(s), the header 3',
  },
  {
    what: 'a missing label',
    text: 'a,y\n1,p\n2,\n',
    code: 'CSV_MISSING_LABEL',
    line: 3,
    column: 'y',
    says: 'no label',
  },
  {
    what: 'a blank label in quotes',
    text: 'a,y\n1,p\n2," "\n',
    code: 'CSV_MISSING_LABEL',
    line: 3,
    column: 'y',
    says: 'no label',
  },
  {
    what: 'text in a feature',
    text: 'a,b,y\n1,2,p\n\n1,many,q\n',
    code: 'CSV_NOT_A_NUMBER',
    line: 4,
    column: 'b',
    says: '"many"',
  },
  {
    what: 'a hexadecimal number',
    text: 'a,y\n0x10,p\n',
    code: 'CSV_NOT_A_NUMBER',
    line: 2,
    column: 'a',
    says: '"0x10"',
  },
  {
    what: 'a decimal comma',
    text: 'a,y\n"1,5",p\n',
    code: 'CSV_NOT_A_NUMBER',
    line: 2,
    column: 'a',
    says: 'write the decimal point',
  },
  { what: 'a long text', text: `a,y\n${'x'.repeat(500)},p\n`, code: 'CSV_NOT_A_NUMBER', line: 2, says: /^.{0,160}$/s },
  {
    what: 'an empty cell',
    text: 'a,b,y\n1,2,p\n,2,q\n',
    code: 'CSV_MISSING_VALUE',
    line: 3,
    column: 'a',
    says: 'the cell is empty',
  },
  {
    what: 'NA',
    text: 'a,y\nNA,p\n',
    code: 'CSV_MISSING_VALUE',
    line: 2,
    column: 'a',
    says: '"NA" stands for a missing value',
  },
  { what: 'a question mark', text: 'a,y\n?,p\n', code: 'CSV_MISSING_VALUE', line: 2, column: 'a', says: '"?"' },
  { what: 'NaN', text: 'a,y\nNaN,p\n', code: 'CSV_NOT_FINITE', line: 2, column: 'a', says: 'NaN' },
  { what: 'infinity', text: 'a,y\n-inf,p\n', code: 'CSV_NOT_FINITE', line: 2, column: 'a', says: '-inf' },
  {
    what: 'a number beyond float64',
    text: 'a,y\n1e309,p\n',
    code: 'CSV_NOT_FINITE',
    line: 2,
    column: 'a',
    says: 'beyond the range',
  },
  { what: 'one class only', text: 'a,y\n1,p\n2,p\n', code: 'CSV_ONE_CLASS', column: 'y', says: '"p"' },
  {
    what: 'a class that the run has not',
    text: 'a,y\n1,spam\n2,spum\n',
    code: 'CSV_UNKNOWN_LABEL',
    line: 3,
    column: 'y',
    says: 'did you mean "spam"?',
    options: { classNames },
  },
  {
    what: 'columns that the run has not',
    text: 'a,c,y\n1,2,p\n',
    code: 'CSV_COLUMNS_DIFFER',
    line: 1,
    says: '1 missing: "b"; 1 not expected: "c"',
    options: { featureNames: ['a', 'b'] },
  },
  {
    what: 'a quotation mark that is never closed',
    text: 'a,y\n1,p\n"2,q\n3,p\n',
    code: 'CSV_MALFORMED',
    line: 3,
    says: 'never closed',
  },
  {
    what: 'a quotation mark inside a cell',
    text: 'a,y\n1,p\n2,the "q"\n',
    code: 'CSV_MALFORMED',
    line: 3,
    says: 'inside a cell',
  },
  { what: 'text after a quoted cell', text: 'a,y\n"1"x,p\n', code: 'CSV_MALFORMED', line: 2, says: 'inside a cell' },
  { what: 'a zero byte', text: 'a,y\n1,p\n\0', code: 'CSV_BINARY', line: 3, says: 'not a text file' },
  {
    what: 'bytes that are not UTF-8',
    text: bytes('a,y\n1,caf', 0xe9, '\n'),
    code: 'CSV_NOT_UTF8',
    line: 2,
    says: 'save the file as UTF-8',
  },
  { what: 'UTF-16', text: bytes(0xff, 0xfe, 'a', 0, ',', 0), code: 'CSV_NOT_UTF8', says: 'UTF-16' },
  { what: 'an archive', text: bytes('PK', 3, 4, 0x14, 0, 0, 0), code: 'CSV_BINARY', line: 1, says: 'not a text file' },
]

function failure(text: string | Uint8Array, options: Partial<CsvOptions> = {}): CsvError {
  const result = attempt(() => parseCsv(text, { label: 'y', source: 'mails.csv', ...options }))
  if (result instanceof CsvError) return result
  throw new Error('the file was read, or refused by another error', { cause: result })
}

function isSound({ features, rows, featureNames }: RawDataset): boolean {
  return features.length === rows * featureNames.length && features.every(Number.isFinite)
}

describe('a broken file', () => {
  test.each(BROKEN_FILES)('$what: $code', ({ text, code, line, column, says, options }) => {
    const error = failure(text, options)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ code, source: 'mails.csv', line: line ?? error.line, column: column ?? error.column })
    expect(error.message).toMatch(says)
    expect(error.message.startsWith('mails.csv')).toBe(true)
  })

  test('has its position at the start of the message', () => {
    expect(failure('a,b,y\n1,2,p\n1,many,q\n').message).toBe(
      'mails.csv:3, column "b": "many" is not a number: encode it as a number or drop the column',
    )
  })

  test('lists many columns in part', () => {
    const names = Array.from({ length: 58 }, (_, index) => `c${index}`)
    expect(failure(`${names.join(',')}\n`).message).toMatch(/"c11", … \(58 in all\)/)
  })

  test('of any content is refused by a typed error or read to finite numbers', () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom('1', '-2.5', '"', 'y', 'NaN', '"a"', '', '\r', '\n'),
    )
    const text = fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 5 }).map((rows) => rows.map(String).join('\n'))
    const start = fc.constantFrom('', 'a,y\n', 'a,y\n1,p\n2,q\n')
    fc.assert(
      fc.property(start, fc.oneof(text, fc.string()), (head, tail) => {
        const result = attempt(() => parseCsv(head + tail, { label: 'y' }))
        expect(result instanceof CsvError || isSound(result as RawDataset)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('of any bytes is refused by a typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (content) => {
        expect(failure(content)).toBeInstanceOf(CsvError)
      }),
    )
  })
})

describe('options that contradict themselves', () => {
  test.each([
    ['one class name', 'CLASS_NAMES_INVALID', { classNames: ['p'] }],
    ['a class named twice', 'CLASS_NAMES_INVALID', { classNames: ['p', 'q', 'p'] }],
    ['a feature named twice', 'FEATURE_NAMES_INVALID', { featureNames: ['a', 'a'] }],
  ])('%s', (_, code, options) => {
    const read = (): unknown => parseCsv('a,y\n1,p\n2,q\n', { label: 'y', ...options })
    expect(read).toThrow(ConfigurationError)
    expect(read).toThrow(expect.objectContaining({ code }))
  })
})
