import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import type { RawDataset, RawSplitDataset } from '../../dataset.ts'
import { parseNpy } from '../../formats/npy.ts'
import { readBytes } from '../read-file.ts'
import { type CacheOptions, cacheFolder, datasetFolder } from './cache-folder.ts'
import { type CachedManifest, type CachedPart, parseCachedManifest } from './cached-manifest.ts'
import { sha256 } from './store-dataset.ts'

/** The names of the data sets in the cache; none where there is no cache. */
export async function cachedNames(options: CacheOptions = {}): Promise<readonly string[]> {
  const entries = await readdir(join(cacheFolder(options), 'datasets'), { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
}

/**
 * The manifest of a data set in the cache.
 *
 * @throws {@link ConfigurationError} `MANIFEST_INVALID`; {@link EnvironmentError} `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function cachedManifest(name: string, options: CacheOptions = {}): Promise<CachedManifest> {
  const path = join(datasetFolder(name, options), 'manifest.json')
  const text = new TextDecoder().decode(await readBytes(path))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ConfigurationError('MANIFEST_INVALID', `${path} is not JSON: fetch or import the data again`, { cause })
  }
  return parseCachedManifest(value, path)
}

/**
 * Reads a data set from the cache, with its split, not scaled.
 *
 * @param name - One of {@link cachedNames}.
 * @throws {@link EnvironmentError} `DATASET_CHECKSUM` where a file was altered; what {@link cachedManifest} throws.
 */
export async function loadCachedDataset(name: string, options: CacheOptions = {}): Promise<RawSplitDataset> {
  const manifest = await cachedManifest(name, options)
  const folder = datasetFolder(name, options)
  return {
    train: await loadPart(folder, 'train', manifest, manifest.train),
    test: await loadPart(folder, 'test', manifest, manifest.test),
  }
}

async function loadPart(
  folder: string,
  part: string,
  manifest: CachedManifest,
  wanted: CachedPart,
): Promise<RawDataset> {
  const { name, features: featureNames, classes: classNames } = manifest
  const features = await loadArray(
    join(folder, `${part}.features.npy`),
    wanted.features,
    wanted.rows * featureNames.length,
  )
  const labels = await loadArray(join(folder, `${part}.labels.npy`), wanted.labels, wanted.rows)
  return { name, featureNames, classNames, features, labels: Int32Array.from(labels), rows: wanted.rows }
}

async function loadArray(path: string, checksum: string, length: number): Promise<Float64Array> {
  const bytes = await readBytes(path)
  if (sha256(bytes) === checksum) {
    const { data } = parseNpy(bytes, path)
    if (data.length === length) return data
  }
  throw new EnvironmentError('DATASET_CHECKSUM', `${path} was altered: fetch or import the data set again`)
}
