import { randomBytes } from 'node:crypto'
import { link, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from './make-folder.ts'

/**
 * Writes a file whole or not at all, readable by its owner only.
 *
 * @returns `false` if there is such a file already, which is left alone.
 */
export async function createFile(path: string, content: string): Promise<boolean> {
  await makeFolder(dirname(path))
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
    await file.close()
    // A link, unlike a rename, never replaces a file that another process has written meanwhile.
    await link(draft, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await file.close().catch(() => undefined)
    await unlink(draft).catch(() => undefined)
  }
}

/** Whether an error of Node's file system, or of a process, has this code. */
export function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code
}
