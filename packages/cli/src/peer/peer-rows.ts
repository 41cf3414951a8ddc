import { ConfigurationError } from '@hearsay/core'
import { alignDataset, type CsvOptions, type RawDataset, trainTestSplit } from '@hearsay/datasets'
import { loadCsvFile, loadDataset } from '@hearsay/datasets/node'
import type { PeerRows, RowSource } from '@hearsay/peer'
import { DELIMITERS } from '@hearsay/experiments'
import type { Delimiter } from '@hearsay/experiments/options'

/** Where the rows of one peer come from. */
export interface PeerFiles {
  readonly data: string
  readonly label: string
  readonly delimiter: Delimiter
  /** A file of rows to measure the error on. */
  readonly test: string | undefined
  /** Share of the rows of `data` that is held out; 0 for none. */
  readonly testFraction: number
}

/** A data set with a name and a split of its own. */
export interface PeerDataset {
  readonly dataset: string
  readonly cache: string | undefined
}

type Names = Pick<CsvOptions, 'classNames' | 'featureNames' | 'oneClass'>

/** Reads the rows of one peer. */
export class OwnRows {
  readonly #files: PeerFiles | PeerDataset
  readonly #seed: number
  #testRows = 0

  /** @param seed - What the split follows from. */
  constructor(files: PeerFiles | PeerDataset, seed: number) {
    this.#files = files
    this.#seed = seed
  }

  /** Rows to measure the error on, once they have been read. */
  get testRows(): number {
    return this.#testRows
  }

  /**
   * The rows of a peer that launches a run: its file decides on columns and classes.
   *
   * @param classNames - The classes, where the file does not have all of them.
   * @throws What `loadCsvFile` and `trainTestSplit` throw.
   */
  async read(classNames?: readonly string[]): Promise<PeerRows> {
    return await this.#read(classNames === undefined ? {} : { classNames })
  }

  /**
   * The rows of a peer that joins a run. The file is read at once, so that what is wrong with it is told before there is
   * any run, and again with the run's columns and classes.
   *
   * @throws What `loadCsvFile` and `loadDataset` throw.
   */
  async forRun(): Promise<RowSource> {
    if ('dataset' in this.#files) return await this.#namedForRun(this.#files)
    const { featureNames } = await readFile(this.#files, this.#files.data, { oneClass: true })
    return {
      features: featureNames.length,
      load: ({ model }) => this.#read({ featureNames: model.featureNames, classNames: model.classNames }),
    }
  }

  async #read(names: Names): Promise<PeerRows> {
    if ('dataset' in this.#files) {
      const { train, test } = await readNamed(this.#files)
      this.#testRows = test.rows
      return { rows: train, heldOut: test }
    }
    const { data, test, testFraction } = this.#files
    const rows = await readFile(this.#files, data, names)
    if (test === undefined && testFraction === 0) return { rows }
    const parts =
      test === undefined
        ? trainTestSplit(rows, testFraction, this.#seed)
        : { train: rows, test: await readFile(this.#files, test, namesOf(rows)) }
    this.#testRows = parts.test.rows
    return { rows: parts.train, heldOut: parts.test }
  }

  async #namedForRun(source: PeerDataset): Promise<RowSource> {
    const { train, test } = await readNamed(source)
    return {
      features: train.featureNames.length,
      load: async ({ model }) => {
        this.#testRows = test.rows
        return { rows: alignDataset(train, model), heldOut: alignDataset(test, model) }
      },
    }
  }
}

function readNamed({ dataset, cache }: PeerDataset): ReturnType<typeof loadDataset> {
  return loadDataset(dataset, cache === undefined ? {} : { cache })
}

function readFile({ label, delimiter }: PeerFiles, path: string, names: Names): Promise<RawDataset> {
  return loadCsvFile(path, { label, delimiter: DELIMITERS[delimiter], ...names })
}

function namesOf({ featureNames, classNames }: RawDataset): Names {
  return { featureNames, classNames }
}

/** @throws {@link ConfigurationError} `DATA_SOURCE` where flags are missing or contradict each other. */
export function parsePeerFiles(flags: {
  readonly dataset?: string
  readonly cache?: string
  readonly data?: string
  readonly label?: string
  readonly delimiter?: Delimiter
  readonly test?: string
  readonly testFraction?: number
}): PeerFiles | PeerDataset {
  const { dataset, cache, data, label, delimiter = 'comma', test, testFraction } = flags
  if (dataset !== undefined) {
    const others = [data, label, flags.delimiter, test, testFraction]
    if (others.every((flag) => flag === undefined)) return { dataset, cache }
    throw new ConfigurationError(
      'DATA_SOURCE',
      '--dataset has columns and test rows of its own: leave out the flags of a file',
    )
  }
  if (data === undefined || label === undefined) {
    throw new ConfigurationError('DATA_SOURCE', 'give the peer’s own file: --data FILE --label COLUMN')
  }
  if (test !== undefined && testFraction !== undefined) {
    throw new ConfigurationError('DATA_SOURCE', 'give either --test FILE or --test-fraction, not both')
  }
  return { data, label, delimiter, test, testFraction: test === undefined ? (testFraction ?? 0.1) : 0 }
}
