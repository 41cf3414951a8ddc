import { ConfigurationError } from '@hearsay/core'
import type { DatasetSource } from '../../manifest.ts'

/** `manifest.json` of a data set in the cache. */
export interface CachedManifest {
  readonly version: 1
  readonly name: string
  readonly title: string
  /** How it came into the cache. */
  readonly origin: 'fetched' | 'imported'
  /** Of fetched ones. */
  readonly source?: Omit<DatasetSource, 'obtained'>
  /** Files that it was made of, with their SHA-256: for an imported one the user's, for a fetched one the downloads. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
  readonly features: readonly string[]
  readonly classes: readonly string[]
  readonly train: CachedPart
  readonly test: CachedPart
  /** How the test rows were chosen. */
  readonly split: string
}

/** Two npy files beside the manifest. */
export interface CachedPart {
  readonly rows: number
  /** SHA-256 of the features, rows × columns. */
  readonly features: string
  /** SHA-256 of the labels, class indices. */
  readonly labels: string
}

/**
 * Checks that a value is a manifest of the cache.
 *
 * @param origin - What errors call it.
 * @throws {@link ConfigurationError} `MANIFEST_INVALID`.
 */
export function parseCachedManifest(value: unknown, origin: string): CachedManifest {
  const isText = (of: unknown): boolean => typeof of === 'string' && of !== ''
  const isTexts = (of: unknown, least: number): boolean => Array.isArray(of) && of.length >= least && of.every(isText)
  const isPart = (of: unknown): boolean => {
    const { rows, features, labels } = record(of)
    return Number.isSafeInteger(rows) && Number(rows) > 0 && isText(features) && isText(labels)
  }
  const manifest = record(value)
  const { version, name, title, origin: from, files, features, classes, train, test, split } = manifest
  const isGood =
    version === 1 &&
    [name, title, split].every(isText) &&
    (from === 'fetched' || from === 'imported') &&
    Array.isArray(files) &&
    files.every((file) => isText(record(file)['name']) && isText(record(file)['sha256'])) &&
    isTexts(features, 1) &&
    isTexts(classes, 2) &&
    isPart(train) &&
    isPart(test)
  if (isGood) return manifest as unknown as CachedManifest
  throw new ConfigurationError(
    'MANIFEST_INVALID',
    `${origin} is no manifest of this version: fetch or import the data again`,
  )
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
