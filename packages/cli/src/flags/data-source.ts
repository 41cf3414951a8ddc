import { ConfigurationError } from '@hearsay/core'
import type { DataSource } from '@hearsay/experiments'
import type { SourceFlags } from './data-flags.ts'

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
  return { kind: 'named', name, ...(cache === undefined ? {} : { cache }) }
}

function wrong(message: string): ConfigurationError {
  return new ConfigurationError('DATA_SOURCE', message)
}
