import type { CsvOptions, RawDataset } from '@hearsay/datasets'
import { loadCsvFile } from '@hearsay/datasets/node'
import type { Delimiter } from './delimiter.ts'

/** Where rows come from. */
export type DataSource =
  /** A data set with a name and a fixed split: one that comes with Hearsay, or one in the cache. */
  | { readonly kind: 'named'; readonly name: string; readonly cache?: string }
  /** A CSV file. */
  | {
      readonly kind: 'file'
      readonly path: string
      readonly label: string
      readonly delimiter: Delimiter
      readonly testFraction: number | undefined
    }

/** What the words of {@link Delimiter} stand for. */
export const DELIMITERS: Record<Delimiter, NonNullable<CsvOptions['delimiter']>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
}

/** Reads the file of a source. Throws what `loadCsvFile` throws. */
export function readFileSource(source: DataSource & { readonly kind: 'file' }): Promise<RawDataset> {
  return loadCsvFile(source.path, { label: source.label, delimiter: DELIMITERS[source.delimiter] })
}
