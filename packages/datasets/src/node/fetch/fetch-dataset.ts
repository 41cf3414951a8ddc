import { mkdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import type { RawDataset, RawSplitDataset } from '../../dataset.ts'
import { gunzip, isGzip } from '../../formats/decompress.ts'
import type {
  PublishedDataset,
  PublishedDownload,
  PublishedFile,
  PublishedPart,
} from '../../published/published-dataset.ts'
import { type DataFile, readDataset } from '../../read-dataset.ts'
import { type CacheOptions, checkDatasetName, downloadFolder } from '../cache/cache-folder.ts'
import type { CachedManifest } from '../cache/cached-manifest.ts'
import { cachedNames } from '../cache/load-cached.ts'
import { sha256, storeDataset } from '../cache/store-dataset.ts'
import { readBytes } from '../read-file.ts'
import { download } from './download.ts'
import { extractMember } from './find-member.ts'
import { compareWithFirst, recordFirst } from './trusted.ts'
import { verifyChecksum } from './verify.ts'

/** How far a download is. */
export interface FetchProgress {
  readonly file: string
  readonly received: number
  readonly total: number | undefined
}

export interface FetchOptions extends CacheOptions {
  /** Ends it; what has arrived is kept, and the next call goes on from there. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: FetchProgress) => void
  /**
   * Address of a folder with copies of the publisher's files, without a slash at its end. Checksums hold all the same.
   *
   * @defaultValue the publisher's own addresses
   */
  readonly mirror?: string
  /**
   * Whether a data set that is in the cache is fetched again.
   *
   * @defaultValue false
   */
  readonly replace?: boolean
}

type Downloaded = ReadonlyMap<string, { readonly bytes: Uint8Array; readonly sha256: string }>

/**
 * Downloads a data set from its publisher, verifies it, and puts it into the cache.
 *
 * @throws {@link ConfigurationError} `DATASET_EXISTS`; {@link EnvironmentError} `NETWORK_UNREACHABLE`,
 *   `DOWNLOAD_REFUSED`, `DOWNLOAD_INCOMPLETE`, `DOWNLOAD_TOO_LARGE`, `DOWNLOAD_CHECKSUM`, `DOWNLOAD_CHANGED`,
 *   `CACHE_NOT_WRITTEN`, `CACHE_CORRUPT`, `FILE_UNREADABLE`; {@link DataFileError} where a file is not what it was; the signal's reason.
 */
export async function fetchDataset(dataset: PublishedDataset, options: FetchOptions = {}): Promise<CachedManifest> {
  const { name, title, source, downloads } = dataset
  checkDatasetName(name)
  if (options.replace !== true && (await cachedNames(options)).includes(name)) {
    throw new ConfigurationError('DATASET_EXISTS', `${name} is in the cache: fetch it again with --force`)
  }
  const folder = downloadFolder(name, options)
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new EnvironmentError('CACHE_NOT_WRITTEN', `${folder} cannot be made: ${(cause as Error).message}`, { cause })
  })
  const files = new Map<string, { bytes: Uint8Array; sha256: string }>()
  try {
    for (const file of downloads) files.set(file.file, await obtain(file, join(folder, file.file), options))
  } catch (error) {
    // What has arrived stays for the next call; a folder of nothing goes.
    await rmdir(folder).catch(() => {})
    throw error
  }
  const split = await readParts(dataset, files).catch(async (error: unknown) => {
    // Whatever came, such as the page of a network that wants a login, the next call must not find it.
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  for (const { file, url, checksum } of downloads) {
    if (checksum === undefined) await recordFirst(url, files.get(file)?.sha256 ?? '', options)
  }
  const manifest = await storeDataset(
    split,
    {
      ...{ name, title, source, origin: 'fetched', split: 'the published one' },
      files: Array.from(files, ([file, { sha256: checksum }]) => ({ name: file, sha256: checksum })),
    },
    { ...options, replace: options.replace === true },
  )
  await rm(folder, { recursive: true, force: true })
  return manifest
}

/** A file that is complete from an earlier call is not downloaded again. */
async function obtain(
  { file, url: published, checksum }: PublishedDownload,
  target: string,
  options: FetchOptions,
): Promise<{ bytes: Uint8Array; sha256: string }> {
  const { mirror, signal, onProgress } = options
  const url = mirror === undefined ? published : `${mirror}/${file}`
  const present = await readBytes(target).catch(() => undefined)
  if (present === undefined) {
    await download({
      ...{ url, target },
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress: (received, total) => onProgress({ file, received, total }) }),
    })
  }
  const bytes = present ?? (await readBytes(target))
  const found = sha256(bytes)
  try {
    if (checksum !== undefined) verifyChecksum(bytes, checksum, url)
    else await compareWithFirst(published, found, options)
  } catch (error) {
    // The next call must not find it.
    await rm(target, { force: true })
    throw error
  }
  return { bytes, sha256: found }
}

async function readParts(dataset: PublishedDataset, files: Downloaded): Promise<RawSplitDataset> {
  const train = await readPart(dataset, dataset.train, files)
  const test = await readPart(dataset, dataset.test, files, train)
  const { features, classes } = dataset
  if (train.featureNames.length !== features || train.classNames.length !== classes) {
    const found = `${train.featureNames.length} features and ${train.classNames.length} classes`
    throw mismatch(dataset, `it has ${found}, not ${features} and ${classes}`)
  }
  return { train, test }
}

async function readPart(
  dataset: PublishedDataset,
  part: PublishedPart,
  files: Downloaded,
  like?: RawDataset,
): Promise<RawDataset> {
  const features = await contentOf(part.features, files)
  const labels = part.labels === undefined ? undefined : await contentOf(part.labels, files)
  const options = { ...dataset.read, name: dataset.name, ...(like === undefined ? {} : { like }) }
  const read = await readDataset(features, options, labels)
  if (read.rows === part.rows) return read
  throw mismatch(dataset, `${features.name} has ${read.rows} rows, not ${part.rows}`)
}

async function contentOf({ download: file, member, checksum }: PublishedFile, files: Downloaded): Promise<DataFile> {
  const bytes = files.get(file)?.bytes ?? new Uint8Array()
  const name = member === undefined ? file : `${file}!${member}`
  const extracted = member === undefined ? bytes : await extractMember(bytes, member, file)
  const plain = isGzip(extracted) ? await gunzip(extracted, name) : extracted
  if (checksum !== undefined) verifyChecksum(plain, checksum, name)
  return { name, bytes: plain }
}

function mismatch({ name }: PublishedDataset, problem: string): ConfigurationError {
  return new ConfigurationError(
    'DATASET_MISMATCH',
    `${name} is not what it was: ${problem}: a new version was published`,
  )
}
