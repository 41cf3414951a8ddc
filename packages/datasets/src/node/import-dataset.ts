import { basename } from 'node:path'
import { ConfigurationError } from '@hearsay/core'
import type { RawSplitDataset } from '../dataset.ts'
import { type DataFile, type ReadOptions, readDataset } from '../read-dataset.ts'
import { trainTestSplit } from '../train-test-split.ts'
import { builtinDatasets } from './builtin.ts'
import type { CachedManifest } from './cache/cached-manifest.ts'
import { checkDatasetName } from './cache/cache-folder.ts'
import { sha256, storeDataset, type StoreOptions } from './cache/store-dataset.ts'
import { readBytes } from './read-file.ts'

/** Files of the user, and how they are read. */
export interface ImportOptions extends StoreOptions, Omit<ReadOptions, 'like'> {
  /** Path of the rows to learn from, or of all rows. */
  readonly file: string
  /** Path of their labels, for formats that have none. */
  readonly labels?: string
  /** Path of the test rows. */
  readonly test?: string
  /** Path of the labels of the test rows. */
  readonly testLabels?: string
  /**
   * Without `test`: share of the rows that is drawn to test on, in (0, 1), for ever.
   *
   * @defaultValue 0.1
   */
  readonly testFraction?: number
  /** @defaultValue the data set's name */
  readonly title?: string
}

/** What the draw of test rows follows from: whoever imports a file a second time gets the same split. */
const SPLIT_SEED = 1

/**
 * Reads files of the user and keeps them in the cache as a data set with a fixed split.
 *
 * @throws {@link ConfigurationError} `DATASET_NAME`, `DATASET_EXISTS`, `DATASET_TOO_SMALL`; {@link EnvironmentError}
 *   `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `CACHE_NOT_WRITTEN`; what `readDataset` throws.
 */
export async function importDataset(options: ImportOptions): Promise<CachedManifest> {
  const { name, file, labels, test, testLabels, testFraction = 0.1, title = name } = options
  checkDatasetName(name)
  if ((await builtinDatasets()).some((builtin) => builtin.name === name)) {
    throw new ConfigurationError('DATASET_EXISTS', `${name} comes with hearsay: choose another name`)
  }
  const files: DataFile[] = []
  const read = async (path: string | undefined): Promise<DataFile | undefined> => {
    if (path === undefined) return undefined
    const read: DataFile = { name: path, bytes: await readBytes(path) }
    files.push(read)
    return read
  }
  const whole = await readDataset((await read(file)) as DataFile, options, await read(labels))
  const testFile = await read(test)
  const split: RawSplitDataset =
    testFile === undefined
      ? trainTestSplit(whole, testFraction, SPLIT_SEED)
      : { train: whole, test: await readDataset(testFile, { ...options, like: whole }, await read(testLabels)) }
  const rule =
    testFile === undefined
      ? `${testFraction} of the rows, drawn by the seed ${SPLIT_SEED}`
      : `the rows of ${basename(testFile.name)}`
  const origins = files.map((one) => ({ name: basename(one.name), sha256: sha256(one.bytes) }))
  return await storeDataset(split, { name, title, origin: 'imported', files: origins, split: rule }, options)
}
