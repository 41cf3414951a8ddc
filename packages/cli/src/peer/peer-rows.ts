import { ConfigurationError } from '@hearsay/core'
import { type CsvOptions, type RawDataset, trainTestSplit } from '@hearsay/datasets'
import { loadCsvFile } from '@hearsay/datasets/node'
import type { PeerRows, RowSource } from '@hearsay/peer'
import type { Delimiter } from '../flags/data-flags.ts'

/** Where the rows of one peer come from. */
export interface PeerFiles {
  readonly data: string
  readonly label: string
  readonly delimiter: Delimiter
  /** A file of rows to measure the error on. */
  readonly test: string | undefined
  /** Share of the rows of `data` that is held out; 0 for none. */
  readonly testFraction: number
  /** What the split follows from. */
  readonly seed: number
}

type Names = Pick<CsvOptions, 'classNames' | 'featureNames' | 'oneClass'>

const DELIMITERS: Record<Delimiter, NonNullable<CsvOptions['delimiter']>> = { comma: ',', semicolon: ';', tab: '\t' }

/** Reads the rows of one peer. */
export class OwnRows {
  readonly #files: PeerFiles
  #testRows = 0

  constructor(files: PeerFiles) {
    this.#files = files
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
   * @throws What `loadCsvFile` throws.
   */
  async forRun(): Promise<RowSource> {
    const { featureNames } = await this.#readFile(this.#files.data, { oneClass: true })
    return {
      features: featureNames.length,
      load: ({ model }) => this.#read({ featureNames: model.featureNames, classNames: model.classNames }),
    }
  }

  async #read(names: Names): Promise<PeerRows> {
    const { data, test, testFraction, seed } = this.#files
    const rows = await this.#readFile(data, names)
    if (test === undefined && testFraction === 0) return { rows }
    const parts =
      test === undefined
        ? trainTestSplit(rows, testFraction, seed)
        : { train: rows, test: await this.#readTest(test, rows) }
    this.#testRows = parts.test.rows
    return { rows: parts.train, heldOut: parts.test }
  }

  #readTest(path: string, { featureNames, classNames }: RawDataset): Promise<RawDataset> {
    return this.#readFile(path, { featureNames, classNames })
  }

  #readFile(path: string, names: Names): Promise<RawDataset> {
    const { label, delimiter } = this.#files
    return loadCsvFile(path, { label, delimiter: DELIMITERS[delimiter], ...names })
  }
}

/** @throws {@link ConfigurationError} `DATA_SOURCE` where flags are missing or contradict each other. */
export function parsePeerFiles(
  flags: {
    readonly data?: string
    readonly label?: string
    readonly delimiter?: Delimiter
    readonly test?: string
    readonly testFraction?: number
  },
  seed: number,
): PeerFiles {
  const { data, label, delimiter = 'comma', test, testFraction } = flags
  if (data === undefined || label === undefined) {
    throw new ConfigurationError('DATA_SOURCE', 'give the peer’s own file: --data FILE --label COLUMN')
  }
  if (test !== undefined && testFraction !== undefined) {
    throw new ConfigurationError('DATA_SOURCE', 'give either --test FILE or --test-fraction, not both')
  }
  return { data, label, delimiter, test, testFraction: test === undefined ? (testFraction ?? 0.1) : 0, seed }
}
