import { ConfigurationError } from '@hearsay/core'
import type { RawSplitDataset } from '../dataset.ts'
import { suggestion } from '../nearest.ts'
import { PUBLISHED_DATASETS } from '../published/registry.ts'
import { type BuiltinOptions, builtinDatasets, loadBuiltinDataset } from './builtin.ts'
import type { CacheOptions } from './cache/cache-folder.ts'
import { cachedNames, loadCachedDataset } from './cache/load-cached.ts'

/** Where data sets with a name are looked for: those that come with Hearsay first, then the cache. */
export type LoadOptions = BuiltinOptions & CacheOptions

/**
 * Reads a data set by its name, with its fixed split, not scaled: one that comes with Hearsay, or that was fetched or
 * imported.
 *
 * @throws {@link ConfigurationError} `DATASET_UNKNOWN`; what `loadBuiltinDataset` and `loadCachedDataset` throw.
 */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<RawSplitDataset> {
  const builtin = (await builtinDatasets(options)).map((manifest) => manifest.name)
  if (builtin.includes(name)) return await loadBuiltinDataset(name, options)
  const cached = await cachedNames(options)
  if (cached.includes(name)) return await loadCachedDataset(name, options)
  throw unknown(name, [...builtin, ...cached])
}

function unknown(name: string, names: readonly string[]): ConfigurationError {
  const shown = JSON.stringify(name)
  if (PUBLISHED_DATASETS.some((dataset) => dataset.name === name)) {
    const problem = `${shown} is not here yet: download it with hearsay datasets fetch ${name}`
    return new ConfigurationError('DATASET_UNKNOWN', problem)
  }
  const hint = suggestion(name, [...names, ...PUBLISHED_DATASETS.map((dataset) => dataset.name)])
  return new ConfigurationError('DATASET_UNKNOWN', `no data set ${shown}${hint}; there are: ${names.join(', ')}`)
}
