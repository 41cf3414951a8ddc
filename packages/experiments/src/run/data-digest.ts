import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { EnvironmentError } from '@hearsay/core'
import { builtinDatasets, cachedManifest } from '@hearsay/datasets/node'
import { canonicalJson } from '../results/canonical-json.ts'
import type { DataSource } from '../scenario/data-source.ts'

/**
 * Names the rows of a source, wherever its files lie: a file by its bytes, a data set with a name by the checksums of its
 * manifest, which are verified when it is read.
 *
 * @throws {@link EnvironmentError} `FILE_UNREADABLE`; what `cachedManifest` throws.
 */
export async function dataDigest(source: DataSource): Promise<string> {
  if (source.kind === 'file') return sha256(await readBytes(source.path))
  const builtin = (await builtinDatasets()).find(({ name }) => name === source.name)
  if (builtin !== undefined) {
    const { sha256: rows, split, label, classes } = builtin
    // The order of classes is that of their indices.
    return sha256(canonicalJson([rows, split.sha256, label, Object.entries(classes)]))
  }
  const { train, test, features, classes } = await cachedManifest(source.name, source)
  return sha256(canonicalJson([train, test, features, classes]))
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new EnvironmentError('FILE_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
