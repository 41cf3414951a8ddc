import { ConfigurationError } from '@hearsay/core'
import type { CsvOptions, RawDataset } from '@hearsay/datasets'
import { loadCsvFile } from '@hearsay/datasets/node'
import type { Delimiter, SourceFlags } from '../flags/data-flags.ts'

/** Where rows come from. */
export type DataSource =
  /** A data set with a name and a fixed split: one that comes with Hearsay, or one in the cache. */
  | { readonly kind: 'builtin'; readonly name: string; readonly cache?: string }
  /** A CSV file. */
  | {
      readonly kind: 'file'
      readonly path: string
      readonly label: string
      readonly delimiter: Delimiter
      readonly testFraction: number | undefined
    }

/** What the words of `--delimiter` stand for. */
export const DELIMITERS: Record<Delimiter, NonNullable<CsvOptions['delimiter']>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
}

/**
 * Makes one source of the flags.
 *
 * @param fallback - The data set to take where no flag names one. Default: that is an error.
 * @throws {@link ConfigurationError} `DATA_SOURCE`.
 */
export function parseDataSource(flags: SourceFlags, fallback?: string): DataSource {
  const { dataset, cache, data, label, delimiter, testFraction } = flags
  if (data !== undefined) {
    if (dataset !== undefined) throw wrong('give either the name of a data set or --data, not both')
    if (label === undefined) throw wrong('--data needs --label: the column that holds the class')
    return { kind: 'file', path: data, label, delimiter: delimiter ?? 'comma', testFraction }
  }
  const name = dataset ?? fallback
  if (name === undefined) throw wrong('name a data set (see: hearsay datasets), or give --data FILE --label COLUMN')
  if (label !== undefined) throw wrong('--label goes with --data FILE')
  if (delimiter !== undefined) throw wrong('--delimiter goes with --data FILE')
  if (testFraction !== undefined) throw wrong(`--test-fraction goes with --data FILE: ${name} has a fixed split`)
  return { kind: 'builtin', name, ...(cache === undefined ? {} : { cache }) }
}

/** Reads the file of a source. Throws what `loadCsvFile` throws. */
export function readFileSource(source: DataSource & { readonly kind: 'file' }): Promise<RawDataset> {
  return loadCsvFile(source.path, { label: source.label, delimiter: DELIMITERS[source.delimiter] })
}

function wrong(message: string): ConfigurationError {
  return new ConfigurationError('DATA_SOURCE', message)
}
