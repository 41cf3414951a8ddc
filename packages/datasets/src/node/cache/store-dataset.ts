import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigurationError, EnvironmentError, HearsayError } from '@hearsay/core'
import type { RawDataset, RawSplitDataset } from '../../dataset.ts'
import { narrowest, writeNpy } from '../../formats/write-npy.ts'
import { type CacheOptions, checkDatasetName, datasetFolder } from './cache-folder.ts'
import type { CachedManifest, CachedPart } from './cached-manifest.ts'

/** What is known of a data set beside its rows. */
export type StoredFacts = Pick<CachedManifest, 'name' | 'title' | 'origin' | 'files' | 'split' | 'source'>

/** How {@link storeDataset} stores. */
export interface StoreOptions extends CacheOptions {
  /**
   * Whether a data set of that name is replaced.
   *
   * @defaultValue false
   */
  readonly replace?: boolean
}

/**
 * Puts a data set into the cache, whole or not at all. It replaces one of the same name if it is to.
 *
 * @throws {@link ConfigurationError} `DATASET_NAME`, `DATASET_EXISTS`; {@link EnvironmentError} `CACHE_NOT_WRITTEN`.
 */
export async function storeDataset(
  { train, test }: RawSplitDataset,
  facts: StoredFacts,
  options: StoreOptions,
): Promise<CachedManifest> {
  checkDatasetName(facts.name)
  const folder = datasetFolder(facts.name, options)
  let staging: string | undefined
  try {
    await mkdir(dirname(folder), { recursive: true })
    staging = await mkdtemp(join(dirname(folder), '.partial-'))
    const manifest: CachedManifest = {
      version: 1,
      ...facts,
      features: train.featureNames,
      classes: train.classNames,
      train: await writePart(staging, 'train', train),
      test: await writePart(staging, 'test', test),
    }
    await writeFile(join(staging, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
    await moveInto(staging, folder, facts.name, options.replace === true)
    return manifest
  } catch (error) {
    if (staging !== undefined) await rm(staging, { recursive: true, force: true })
    if (error instanceof HearsayError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new EnvironmentError('CACHE_NOT_WRITTEN', `${folder} cannot be written: ${why}`, { cause: error })
  }
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function writePart(folder: string, part: string, dataset: RawDataset): Promise<CachedPart> {
  const features = writeNpy(narrowest(dataset.features), [dataset.rows, dataset.featureNames.length])
  const labels = writeNpy(dataset.labels, [dataset.rows])
  await writeFile(join(folder, `${part}.features.npy`), features)
  await writeFile(join(folder, `${part}.labels.npy`), labels)
  return { rows: dataset.rows, features: sha256(features), labels: sha256(labels) }
}

async function moveInto(staging: string, folder: string, name: string, replace: boolean): Promise<void> {
  const old = `${staging}-old`
  if (replace) {
    await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  try {
    await rename(staging, folder)
    await rm(old, { recursive: true, force: true })
  } catch (error) {
    // It is replaced, or it stays.
    await rename(old, folder).catch(() => {})
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error
    const problem = `there is a data set ${JSON.stringify(name)} in the cache: choose another name, or replace it`
    throw new ConfigurationError('DATASET_EXISTS', problem, { cause: error })
  }
}
