import { ConfigurationError } from '@hearsay/core'

/** Forms of files that data sets come in. A `table` is a text of numbers without labels. */
export type DataFormat = 'csv' | 'tsv' | 'arff' | 'svmlight' | 'idx' | 'npy' | 'npz' | 'table'

export const DATA_FORMATS: readonly DataFormat[] = ['csv', 'tsv', 'arff', 'svmlight', 'idx', 'npy', 'npz', 'table']

type FormatOption = 'label' | 'labels' | 'array' | 'delimiter' | 'header' | 'base' | 'buckets' | 'classNames'

/** What an option is called, and the formats that it is for. */
const USES: Readonly<Record<FormatOption, readonly [name: string, formats: readonly DataFormat[]]>> = {
  label: ['the name of a label', ['csv', 'tsv', 'arff', 'npz']],
  labels: ['a file of labels', ['idx', 'npy', 'table']],
  array: ['the name of an array', ['npz']],
  delimiter: ['a delimiter', ['csv']],
  header: ['a word on its header', ['csv', 'tsv']],
  base: ['the number of the first feature', ['svmlight']],
  buckets: ['a number of buckets', ['svmlight']],
  classNames: ['names of classes', ['idx', 'npy', 'npz', 'table']],
}

/**
 * Refuses what would be passed over in silence.
 *
 * @param source - What errors call the file.
 * @param given - Options by name; those that are `undefined` are not given.
 * @throws {@link ConfigurationError} `FORMAT_OPTION`.
 */
export function checkOptions(
  format: DataFormat,
  source: string,
  given: Readonly<Partial<Record<FormatOption, unknown>>>,
): void {
  for (const option of Object.keys(USES) as FormatOption[]) {
    const [name, formats] = USES[option]
    if (given[option] === undefined || formats.includes(format)) continue
    const problem = `${format} has no use for ${name}: it is for ${formats.join(', ')}`
    throw new ConfigurationError('FORMAT_OPTION', `${source}: ${problem}`)
  }
}
