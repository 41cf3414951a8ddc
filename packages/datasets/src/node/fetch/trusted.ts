import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EnvironmentError } from '@hearsay/core'
import { type CacheOptions, cacheFolder } from '../cache/cache-folder.ts'

/**
 * Trust on first use: compares what was downloaded with what the same address gave before, if it did.
 *
 * @throws {@link EnvironmentError} `DOWNLOAD_CHANGED`, `CACHE_CORRUPT`, `FILE_UNREADABLE`.
 */
export async function compareWithFirst(url: string, sha256: string, options: CacheOptions): Promise<void> {
  const path = pathOf(options)
  const first = (await readKnown(path))[url]
  if (first === undefined || first === sha256) return
  const problem = `${url} gave another file before, with the SHA-256 ${first}, not ${sha256}`
  throw new EnvironmentError('DOWNLOAD_CHANGED', `${problem}: take the line out of ${path} to trust the new one`)
}

/**
 * Records what an address gave, once it has turned out to be a data set.
 *
 * @throws {@link EnvironmentError} `CACHE_CORRUPT`, `FILE_UNREADABLE`, `CACHE_NOT_WRITTEN`.
 */
export async function recordFirst(url: string, sha256: string, options: CacheOptions): Promise<void> {
  const path = pathOf(options)
  const known = await readKnown(path)
  if (known[url] === sha256) return
  const text = `${JSON.stringify({ ...known, [url]: sha256 }, undefined, 2)}\n`
  try {
    await mkdir(cacheFolder(options), { recursive: true })
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  } catch (cause) {
    throw new EnvironmentError('CACHE_NOT_WRITTEN', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

function pathOf(options: CacheOptions): string {
  return join(cacheFolder(options), 'checksums.json')
}

async function readKnown(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '{}'
    throw new EnvironmentError('FILE_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause })
  })
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, string>
  } catch (cause) {
    throw new EnvironmentError('CACHE_CORRUPT', `${path} is not JSON: remove it`, { cause })
  }
  throw new EnvironmentError('CACHE_CORRUPT', `${path} holds no checksums: remove it`)
}
