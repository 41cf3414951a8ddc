import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { parseBundledDataset } from '../bundled-dataset.ts'
import type { RawSplitDataset } from '../dataset.ts'
import { type DatasetManifest, parseManifest } from '../manifest.ts'
import { suggestion } from '../nearest.ts'
import { readBytes } from './read-file.ts'

export interface BuiltinOptions {
  /**
   * A folder with one folder per data set: `manifest.json` and the files that it names.
   *
   * @defaultValue the data sets that come with Hearsay
   */
  readonly directory?: string
}

/** In the published package, and in the repository that it is built from. */
const DIRECTORIES = [new URL('../../data/', import.meta.url), new URL('../../../../datasets/', import.meta.url)]

/**
 * The manifests of the data sets that come with Hearsay, by name.
 *
 * @throws {@link EnvironmentError} `DATASETS_NOT_FOUND`; {@link ConfigurationError} `MANIFEST_INVALID`.
 */
export async function builtinDatasets(options: BuiltinOptions = {}): Promise<readonly DatasetManifest[]> {
  const { directory, names } = await findDatasets(options)
  return Promise.all(names.map((name) => readManifest(directory, name)))
}

/**
 * Reads a data set that comes with Hearsay, with its fixed split, not scaled. Both parts are in the order of the
 * source, and a source may be sorted by class: shuffle before learning in one pass.
 *
 * @param name - One of {@link builtinDatasets}, such as `'spambase'`.
 * @throws {@link ConfigurationError} `DATASET_UNKNOWN`, `DATASET_MISMATCH`; {@link EnvironmentError}
 *   `DATASET_CHECKSUM` where a file was altered, `DATASETS_NOT_FOUND`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function loadBuiltinDataset(name: string, options: BuiltinOptions = {}): Promise<RawSplitDataset> {
  const { directory, names } = await findDatasets(options)
  if (!names.includes(name)) {
    const known = names.length === 0 ? 'none' : names.join(', ')
    throw new ConfigurationError(
      'DATASET_UNKNOWN',
      `no data set ${JSON.stringify(name)}${suggestion(name, names)}; there are: ${known}`,
    )
  }
  const manifest = await readManifest(directory, name)
  const folder = new URL(`${name}/`, directory)
  const csv = await readVerified(new URL(manifest.file, folder), manifest.sha256)
  const split = await readVerified(new URL(manifest.split.file, folder), manifest.split.sha256)
  return parseBundledDataset(manifest, csv, parseJson(split, new URL(manifest.split.file, folder)))
}

interface Location {
  readonly directory: URL
  readonly names: readonly string[]
}

async function findDatasets(options: BuiltinOptions): Promise<Location> {
  const candidates = options.directory === undefined ? DIRECTORIES : [pathToFileURL(`${options.directory}/`)]
  let cause: unknown
  for (const directory of candidates) {
    try {
      const folders = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory())
      return { directory, names: folders.map((entry) => entry.name).sort() }
    } catch (error) {
      cause = error
    }
  }
  const places = candidates.map((candidate) => fileURLToPath(candidate)).join(' or ')
  throw new EnvironmentError('DATASETS_NOT_FOUND', `no data sets in ${places}`, { cause })
}

async function readManifest(directory: URL, name: string): Promise<DatasetManifest> {
  const url = new URL(`${name}/manifest.json`, directory)
  const manifest = parseManifest(parseJson(await readBytes(url), url), fileURLToPath(url))
  if (manifest.name === name) return manifest
  throw new ConfigurationError('MANIFEST_INVALID', `${fileURLToPath(url)}: the name is not the folder's, ${name}`)
}

async function readVerified(url: URL, sha256: string): Promise<Uint8Array> {
  const bytes = await readBytes(url)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found === sha256) return bytes
  throw new EnvironmentError(
    'DATASET_CHECKSUM',
    `${fileURLToPath(url)} was altered: its SHA-256 is ${found}, not ${sha256}; restore the file`,
  )
}

function parseJson(bytes: Uint8Array, url: URL): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new ConfigurationError('MANIFEST_INVALID', `${fileURLToPath(url)} is not JSON`, { cause })
  }
}
