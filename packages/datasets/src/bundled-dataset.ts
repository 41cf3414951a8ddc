import { ConfigurationError } from '@hearsay/core'
import { parseCsv } from './csv/parse-csv.ts'
import type { RawSplitDataset } from './dataset.ts'
import { describeDataset } from './describe-dataset.ts'
import type { DatasetManifest } from './manifest.ts'
import { splitByTestRows } from './train-test-split.ts'

/**
 * Puts a data set together from the files of its folder, wherever they were read or fetched from, and checks that it is
 * what its manifest says. Checksums are the reader's business: `@hearsay/datasets/node` verifies them.
 *
 * @param csv - Content of the manifest's `file`.
 * @param split - Parsed content of the manifest's `split.file`.
 * @throws {@link CsvError}; {@link ConfigurationError} `DATASET_MISMATCH`.
 */
export function parseBundledDataset(
  manifest: DatasetManifest,
  csv: string | Uint8Array,
  split: unknown,
): RawSplitDataset {
  const { name, label, file } = manifest
  const dataset = parseCsv(csv, { name, label, source: file, classNames: Object.keys(manifest.classes) })
  const { rows, features, classes } = describeDataset(dataset)
  if (rows !== manifest.rows) throw mismatch(manifest, `${file} has ${rows} rows, not ${manifest.rows}`)
  if (features !== manifest.features)
    throw mismatch(manifest, `${file} has ${features} features, not ${manifest.features}`)
  for (const found of classes) {
    const expected = manifest.classes[found.name]
    if (found.rows !== expected)
      throw mismatch(manifest, `${file} has ${found.rows} rows of ${found.name}, not ${expected}`)
  }
  return splitByTestRows(dataset, readTestRows(manifest, split))
}

function readTestRows(manifest: DatasetManifest, split: unknown): number[] {
  const test: unknown = typeof split === 'object' && split !== null && 'test' in split ? split.test : undefined
  const isRow = (row: unknown): row is number =>
    Number.isInteger(row) && Number(row) >= 0 && Number(row) < manifest.rows
  if (!Array.isArray(test) || !test.every(isRow) || new Set(test).size !== test.length) {
    throw mismatch(manifest, `${manifest.split.file} holds no list of different rows under "test"`)
  }
  if (test.length !== manifest.split.test || manifest.rows - test.length !== manifest.split.train) {
    const { train, test: expected } = manifest.split
    throw mismatch(manifest, `${manifest.split.file} names ${test.length} test rows, not ${expected} beside ${train}`)
  }
  return test
}

function mismatch(manifest: DatasetManifest, problem: string): ConfigurationError {
  return new ConfigurationError(
    'DATASET_MISMATCH',
    `data set ${manifest.name} is not what its manifest says: ${problem}`,
  )
}
