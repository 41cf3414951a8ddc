import { ConfigurationError } from '@hearsay/core'

/** What is known of a data set that comes with Hearsay: `manifest.json` in its folder. */
export interface DatasetManifest {
  /** Its name on the command line, and its folder's. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly source: DatasetSource
  /** The CSV file, beside the manifest. */
  readonly file: string
  /** SHA-256 of the CSV file's bytes, in hexadecimal. */
  readonly sha256: string
  /** Name of the column that holds the class. */
  readonly label: string
  readonly rows: number
  readonly features: number
  /** Rows per class; the order is that of the class names. */
  readonly classes: Readonly<Record<string, number>>
  readonly split: DatasetSplit
}

/** Where a data set comes from and on what terms. */
export interface DatasetSource {
  readonly authors: readonly string[]
  readonly year: number
  readonly citation: string
  readonly url: string
  readonly doi: string
  /** SPDX identifier. */
  readonly licence: string
  readonly licenceUrl: string
  /** How the file was obtained, and what was changed. */
  readonly obtained: string
}

/** The fixed split of a data set. */
export interface DatasetSplit {
  /** A JSON file beside the manifest whose `test` lists the indices of the test rows, from 0. */
  readonly file: string
  /** SHA-256 of that file's bytes, in hexadecimal. */
  readonly sha256: string
  /** Number of training rows. */
  readonly train: number
  /** Number of test rows. */
  readonly test: number
  /** How the test rows were chosen. */
  readonly rule: string
}

const TEXT = ['name', 'title', 'description', 'file', 'label', 'sha256'] as const
const SOURCE_TEXT = ['citation', 'url', 'doi', 'licence', 'licenceUrl', 'obtained'] as const
const SPLIT_TEXT = ['file', 'sha256', 'rule'] as const

/**
 * Checks that a value is a manifest.
 *
 * @param origin - What errors call it, such as its path.
 * @throws {@link ConfigurationError} `MANIFEST_INVALID`.
 */
export function parseManifest(value: unknown, origin = 'manifest.json'): DatasetManifest {
  const manifest = object(value, '', origin)
  for (const key of TEXT) text(manifest, key, '', origin)
  for (const key of ['rows', 'features']) count(manifest, key, '', origin)
  const classes = object(manifest['classes'], 'classes', origin)
  for (const key of Object.keys(classes)) count(classes, key, 'classes.', origin)
  const source = object(manifest['source'], 'source', origin)
  for (const key of SOURCE_TEXT) text(source, key, 'source.', origin)
  count(source, 'year', 'source.', origin)
  if (!Array.isArray(source['authors'])) throw invalid(origin, 'source.authors', 'a list')
  for (const author of source['authors'])
    if (typeof author !== 'string') throw invalid(origin, 'source.authors', 'texts')
  const split = object(manifest['split'], 'split', origin)
  for (const key of SPLIT_TEXT) text(split, key, 'split.', origin)
  for (const key of ['train', 'test']) count(split, key, 'split.', origin)
  return manifest as unknown as DatasetManifest
}

function object(value: unknown, path: string, origin: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalid(origin, path === '' ? 'the whole' : path, 'an object')
}

function text(holder: Record<string, unknown>, key: string, prefix: string, origin: string): void {
  if (typeof holder[key] !== 'string' || holder[key] === '') throw invalid(origin, prefix + key, 'a text')
}

function count(holder: Record<string, unknown>, key: string, prefix: string, origin: string): void {
  if (!Number.isSafeInteger(holder[key]) || Number(holder[key]) < 0)
    throw invalid(origin, prefix + key, 'an integer ≥ 0')
}

function invalid(origin: string, path: string, wanted: string): ConfigurationError {
  return new ConfigurationError('MANIFEST_INVALID', `${origin}: ${path} must be ${wanted}`)
}
