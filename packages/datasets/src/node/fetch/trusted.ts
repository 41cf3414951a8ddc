import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EnvironmentError } from '@hearsay/core'
import { type CacheOptions, cacheFolder } from '../cache/cache-folder.ts'

/**
 * Trust on first use: compares what was downloaded with what the same address gave before, or records it.
 *
 * @throws {@link EnvironmentError} `DOWNLOAD_CHANGED`.
 */
export async function compareWithFirst(url: string, sha256: string, options: CacheOptions): Promise<void> {
  const path = join(cacheFolder(options), 'checksums.json')
  const known = await readKnown(path)
  const first = known[url]
  if (first === sha256) return
  if (first !== undefined) {
    const problem = `${url} gave another file before, with the SHA-256 ${first}, not ${sha256}`
    throw new EnvironmentError('DOWNLOAD_CHANGED', `${problem}: take the line out of ${path} to trust the new one`)
  }
  await mkdir(cacheFolder(options), { recursive: true })
  const text = `${JSON.stringify({ ...known, [url]: sha256 }, undefined, 2)}\n`
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

async function readKnown(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8').catch(() => '{}')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, string>
  } catch (cause) {
    throw new EnvironmentError('CACHE_CORRUPT', `${path} is not JSON: remove it`, { cause })
  }
  throw new EnvironmentError('CACHE_CORRUPT', `${path} holds no checksums: remove it`)
}
