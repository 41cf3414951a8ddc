import { ConfigurationError } from '@hearsay/core'
import { cacheFolder, importDataset, type ImportOptions } from '@hearsay/datasets/node'
import type { ImportFlags } from './datasets-flags.ts'
import type { CliIo } from '../io.ts'
import { formatCount } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { DELIMITERS } from '@hearsay/experiments'

/** `hearsay datasets import`. */
export async function importFile(file: string, flags: ImportFlags, { stdout }: CliIo): Promise<void> {
  const { name } = flags
  const { train, test, features, classes } = await importDataset(optionsOf(file, flags)).catch((error: unknown) => {
    if (!(error instanceof ConfigurationError) || error.code !== 'DATASET_EXISTS') throw error
    throw new ConfigurationError(error.code, `${error.message} (--force)`, { cause: error })
  })
  if (flags.json === true) {
    const counts = { trainingRows: train.rows, testRows: test.rows, features: features.length, classes }
    writeJsonLine(stdout, { type: 'dataset', name, state: 'imported', ...counts, cache: cacheFolder(flags) })
    return
  }
  stdout.write(
    `${name}: ${formatCount(train.rows)} training rows and ${formatCount(test.rows)} test rows of ` +
      `${formatCount(features.length)} features and ${formatCount(classes.length)} classes, in ${cacheFolder(flags)}\n` +
      `use it with --dataset ${name}\n`,
  )
}

/** @throws {@link ConfigurationError} `DATA_SOURCE` where flags contradict each other. */
function optionsOf(file: string, flags: ImportFlags): ImportOptions {
  const { name, format, label, labels, array, delimiter, header, hash, base, test, testLabels, testFraction } = flags
  if (test !== undefined && testFraction !== undefined)
    throw wrong('give either --test FILE or --test-fraction, not both')
  if (testLabels !== undefined && test === undefined) throw wrong('--test-labels goes with --test FILE')
  const { cache, force } = flags
  // Commander says `true` where there is no --no-header.
  const options = {
    format,
    label,
    labels,
    array,
    header: header === false ? header : undefined,
    buckets: hash,
    base,
    test,
    testLabels,
    testFraction,
    cache,
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const separator = delimiter === undefined ? {} : { delimiter: DELIMITERS[delimiter] }
  return { file, name, ...given, ...separator, replace: force === true }
}

function wrong(message: string): ConfigurationError {
  return new ConfigurationError('DATA_SOURCE', message)
}
