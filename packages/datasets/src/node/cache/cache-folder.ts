import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { env } from 'node:process'
import { ConfigurationError } from '@hearsay/core'

/** Where data sets are kept that were fetched or imported. */
export interface CacheOptions {
  /**
   * A folder; it is made where it is missing.
   *
   * @defaultValue `hearsay` in `$XDG_CACHE_HOME`, or in `~/.cache`
   */
  readonly cache?: string
}

const NAME = /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9_-])?$/
/** Devices on Windows, whatever their ending. */
const DEVICE = /^(con|prn|aux|nul|(com|lpt)\d)(\.|$)/

/** The folder of {@link CacheOptions}. A relative `XDG_CACHE_HOME` is passed over, as its specification asks. */
export function cacheFolder({ cache }: CacheOptions = {}): string {
  if (cache !== undefined) return cache
  const { XDG_CACHE_HOME: base } = env
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'hearsay')
}

/** The folder of one data set. */
export function datasetFolder(name: string, options: CacheOptions): string {
  return join(cacheFolder(options), 'datasets', name)
}

/** The folder where downloads of a data set stay until it is complete. */
export function downloadFolder(name: string, options: CacheOptions): string {
  return join(cacheFolder(options), 'downloads', name)
}

/**
 * Names are folders: they must be harmless ones, on every system.
 *
 * @throws {@link ConfigurationError} `DATASET_NAME`.
 */
export function checkDatasetName(name: string): void {
  if (NAME.test(name) && !DEVICE.test(name)) return
  throw new ConfigurationError(
    'DATASET_NAME',
    `${JSON.stringify(name)} is no name for a data set: take up to 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first, no dot last`,
  )
}
