import { createHash } from 'node:crypto'
import { EnvironmentError } from '@hearsay/core'
import type { Checksum } from '../../published/published-dataset.ts'

/**
 * Compares bytes with a checksum.
 *
 * @param what - What errors call them.
 * @throws {@link EnvironmentError} `DOWNLOAD_CHECKSUM`.
 */
export function verifyChecksum(bytes: Uint8Array, checksum: Checksum, what: string): void {
  const { algorithm, value, from } = checksum
  const found = createHash(algorithm).update(bytes).digest('hex')
  if (found === value) return
  const known = { publisher: 'published', verified: 'verified', reported: 'known (reported by others)' }[from]
  throw new EnvironmentError(
    'DOWNLOAD_CHECKSUM',
    `${what}: its ${algorithm.toUpperCase()} is ${found}, not the ${known} ${value}: it was altered, or a new version was published`,
  )
}
