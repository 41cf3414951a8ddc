import { ConfigurationError } from '@hearsay/core'
import type { CsvOptions } from './csv/csv-options.ts'
import { parseCsv } from './csv/parse-csv.ts'
import type { RawDataset } from './dataset.ts'
import { parseArff } from './formats/arff/parse-arff.ts'
import { type ArrayDatasetOptions, datasetFromArrays } from './formats/dataset-from-arrays.ts'
import { DataFileError } from './formats/data-file-error.ts'
import { gunzip, isGzip } from './formats/decompress.ts'
import { parseIdx } from './formats/idx.ts'
import { parseNpy } from './formats/npy.ts'
import { parseNpz } from './formats/npz.ts'
import type { NumericArray } from './formats/numeric-array.ts'
import { checkOptions, DATA_FORMATS, type DataFormat } from './formats/data-format.ts'
import { parseTable } from './formats/parse-table.ts'
import { hashFeatures, toDense } from './formats/sparse-dataset.ts'
import { parseSvmlight } from './formats/svmlight.ts'

/** A file, as it was read or fetched. */
export interface DataFile {
  /** What errors call it. Its ending decides on the format where none is given. */
  readonly name: string
  /** May be compressed with gzip. */
  readonly bytes: Uint8Array
}

/** How files are read as a data set. */
export interface ReadOptions {
  /** @defaultValue by the file's ending */
  readonly format?: DataFormat
  /** Name of the data set. */
  readonly name: string
  /**
   * `csv`, `tsv`: the column with the class, needed there; `arff`: the attribute with it; `npz`: the array with the
   * labels, `y` by default.
   */
  readonly label?: string | number
  /** `npz`: the array with the features, `x` by default. */
  readonly array?: string
  /** `csv`: what separates cells. */
  readonly delimiter?: NonNullable<CsvOptions['delimiter']>
  /** `csv`, `tsv`: whether there is a line of names. */
  readonly header?: boolean
  /** `svmlight`: the number of the first feature. */
  readonly base?: 0 | 1
  /** `svmlight`: number of buckets to fold the features into. Default: none, zeros are written out. */
  readonly buckets?: number
  /**
   * A data set that this one goes with, such as its training rows: columns and classes must be the same. For `svmlight`,
   * a file may lack the last columns of it.
   */
  readonly like?: RawDataset
  /** `idx`, `npy`, `npz`, `table`: what the classes 0, 1, … are called. */
  readonly classNames?: readonly string[]
}

const ENDINGS: readonly (readonly [RegExp, DataFormat])[] = [
  [/\.(csv|data)$/i, 'csv'],
  [/\.(tsv|tab)$/i, 'tsv'],
  [/\.arff$/i, 'arff'],
  [/\.(svm|svmlight|libsvm)$/i, 'svmlight'],
  [/(\.idx\d?|[.-]ubyte)$/i, 'idx'],
  [/\.npy$/i, 'npy'],
  [/\.npz$/i, 'npz'],
]

/**
 * The format that a file's ending stands for; `.gz` behind it is passed over.
 *
 * @throws {@link ConfigurationError} `FORMAT_UNKNOWN`.
 */
export function guessFormat(name: string): DataFormat {
  const bare = name.replace(/\.gz$/i, '')
  const match = ENDINGS.find(([ending]) => ending.test(bare))
  if (match !== undefined) return match[1]
  throw new ConfigurationError(
    'FORMAT_UNKNOWN',
    `${name}: the ending does not say what it is: give the format, one of ${DATA_FORMATS.join(', ')}`,
  )
}

/**
 * Reads a file as a data set, whatever its format. `idx`, `npy` and `table` need a second file with the labels.
 *
 * @throws {@link DataFileError} where a file is wrong; {@link ConfigurationError} `FORMAT_UNKNOWN`, `FORMAT_OPTION`,
 *   `LABEL_MISSING` where the options are.
 */
export async function readDataset(file: DataFile, options: ReadOptions, labels?: DataFile): Promise<RawDataset> {
  const format = options.format ?? guessFormat(file.name)
  checkOptions(format, file.name, { ...options, labels })
  const bytes = await plain(file)
  const { name, label, like } = options
  const named = { name, source: file.name }
  switch (format) {
    case 'csv':
    case 'tsv':
      return parseCsv(bytes, {
        ...named,
        ...csvOptions(format, file, options),
        ...(like === undefined ? {} : namesOf(like)),
      })
    case 'arff':
      return checkLike(
        parseArff(bytes, { ...named, ...(label === undefined ? {} : { label: String(label) }) }),
        file,
        like,
      )
    case 'svmlight':
      return readSparse(bytes, file, options)
    case 'npz': {
      const { array = 'x' } = options
      const key = String(label ?? 'y')
      const arrays = await parseNpz(bytes, file.name, [array, key])
      const [features, own] = [arrays.get(array), arrays.get(key)]
      return fromArrays(
        features as NumericArray,
        own as NumericArray,
        { ...named, labelSource: `${file.name}!${key}` },
        options,
      )
    }
    default: {
      if (labels === undefined) {
        throw new ConfigurationError(
          'LABEL_MISSING',
          `${file.name}: ${format} has no labels: give their file too (labels)`,
        )
      }
      const own = readArray(await plain(labels), format, labels.name)
      return fromArrays(readArray(bytes, format, file.name), own, { ...named, labelSource: labels.name }, options)
    }
  }
}

async function plain({ name, bytes }: DataFile): Promise<Uint8Array> {
  return isGzip(bytes) ? await gunzip(bytes, name) : bytes
}

function csvOptions(
  format: 'csv' | 'tsv',
  file: DataFile,
  { label, delimiter, header }: ReadOptions,
): Pick<CsvOptions, 'label' | 'delimiter' | 'header'> {
  if (label === undefined) {
    throw new ConfigurationError('LABEL_MISSING', `${file.name}: name the column that holds the class (label)`)
  }
  return { label, delimiter: format === 'tsv' ? '\t' : (delimiter ?? ','), ...(header === undefined ? {} : { header }) }
}

function namesOf({ featureNames, classNames }: RawDataset): Pick<RawDataset, 'featureNames' | 'classNames'> {
  return { featureNames, classNames }
}

function readSparse(bytes: Uint8Array, file: DataFile, { name, base, buckets, like }: ReadOptions): RawDataset {
  const own = { source: file.name, name, ...(base === undefined ? {} : { base }) }
  const width = like !== undefined && buckets === undefined ? { features: like.featureNames.length } : {}
  const classes = like === undefined ? {} : { classNames: like.classNames }
  const sparse = parseSvmlight(bytes, { ...own, ...width, ...classes })
  return buckets === undefined ? toDense(sparse) : hashFeatures(sparse, buckets)
}

function readArray(bytes: Uint8Array, format: DataFormat, source: string): NumericArray {
  if (format === 'idx') return parseIdx(bytes, source)
  if (format === 'npy') return parseNpy(bytes, source)
  const table = parseTable(bytes, source)
  return table.shape[1] === 1 ? { ...table, shape: [table.shape[0]] } : table
}

function fromArrays(
  features: NumericArray,
  labels: NumericArray,
  sources: ArrayDatasetOptions,
  { classNames, like }: ReadOptions,
): RawDataset {
  const isNumbered = like !== undefined && classNames === undefined
  const dataset = datasetFromArrays(features, labels, {
    ...sources,
    ...(isNumbered ? { knownClasses: like.classNames } : {}),
    ...(classNames === undefined ? {} : { classNames }),
  })
  return checkLike(dataset, { name: sources.source ?? '' }, like)
}

/** What stands behind each other must have the same columns and classes. */
function checkLike(
  dataset: RawDataset,
  { name: source }: { readonly name: string },
  like: RawDataset | undefined,
): RawDataset {
  if (like === undefined) return dataset
  for (const [what, own, other] of [
    ['columns', dataset.featureNames, like.featureNames],
    ['classes', dataset.classNames, like.classNames],
  ] as const) {
    if (own.length === other.length && own.every((name, index) => name === other[index])) continue
    const problem = `its ${own.length} ${what} are not the ${other.length} of ${like.name}`
    throw new DataFileError('PARTS_DIFFER', { source }, problem)
  }
  return dataset
}
