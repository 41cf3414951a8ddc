import fc from 'fast-check'
import type { RawDataset } from '../src/index.ts'

/** Names that need every kind of quoting, and never consist of white space alone. */
export const name: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
    fc.constantFrom('a,b', 'say "x"', ' padded ', 'two\nlines', 'crlf\r\nin it', '\uFEFFmark', '__proto__', '#', ';'),
  )
  .filter((text) => text.trim() !== '' && !text.includes('\0'))

/** A number of any magnitude, −0 included. */
const finite: fc.Arbitrary<number> = fc.double({ noNaN: true, noDefaultInfinity: true })

export interface RowsOptions {
  readonly minRows?: number
  readonly maxRows?: number
  readonly value?: fc.Arbitrary<number>
}

/** A data set with at least two classes that have rows. */
export function rawDataset({ minRows = 2, maxRows = 20, value = finite }: RowsOptions = {}): fc.Arbitrary<RawDataset> {
  return fc
    .record({
      featureNames: fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
      classNames: fc.uniqueArray(name, { minLength: 2, maxLength: 4 }),
      rows: fc.integer({ min: minRows, max: maxRows }),
    })
    .chain(({ featureNames, classNames, rows }) =>
      fc
        .record({
          values: fc.array(value, { minLength: rows * featureNames.length, maxLength: rows * featureNames.length }),
          classes: fc.array(fc.nat(classNames.length - 1), { minLength: rows, maxLength: rows }),
        })
        .map(({ values, classes }) => ({
          name: 'generated',
          featureNames,
          classNames,
          features: Float64Array.from(values),
          // The first two rows differ in class, whatever was drawn.
          labels: Int32Array.from(classes, (label, row) => (row < 2 ? row : label)),
          rows,
        })),
    )
}

/** A data set by hand: one array per row, the class last. */
export function table(classNames: readonly string[], ...rows: readonly (readonly number[])[]): RawDataset {
  const width = rows[0].length - 1
  return {
    name: 'table',
    featureNames: Array.from({ length: width }, (_, index) => `x${index}`),
    classNames,
    features: Float64Array.from(rows.flatMap((row) => row.slice(0, width))),
    labels: Int32Array.from(rows, (row) => row[width]),
    rows: rows.length,
  }
}

/** What `run` returns, or what it throws. */
export function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
