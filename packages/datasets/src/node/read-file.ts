import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { EnvironmentError } from '@hearsay/core'

/**
 * The bytes of a file.
 *
 * @throws {@link EnvironmentError} `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function readBytes(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const shown = path instanceof URL ? fileURLToPath(path) : path
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new EnvironmentError('FILE_NOT_FOUND', `${shown}: no such file`, { cause })
    }
    const why = code === 'EISDIR' ? 'it is a folder' : (cause as Error).message
    throw new EnvironmentError('FILE_UNREADABLE', `${shown} cannot be read: ${why}`, { cause })
  }
}
