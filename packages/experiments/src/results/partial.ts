import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'

/** Older ones are nobody's: a cell is written within seconds. */
const ABANDONED_MS = 3_600_000
const NAME = /^\.partial-(\d+)-[0-9a-f]+-(.+)$/

/** What this process is writing now. */
const atWork = new Set<string>()

/**
 * Gives a name in `folder` for what is not complete yet, until `write` has completed it and given it its place. The name
 * says who is writing; nothing of that name is left behind.
 */
export async function withPartial<T>(folder: string, write: (partial: string) => Promise<T>): Promise<T> {
  const name = `.partial-${process.pid}-${randomBytes(6).toString('hex')}-${machine()}`
  const partial = join(folder, name)
  atWork.add(name)
  try {
    return await write(partial)
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => {})
    atWork.delete(name)
  }
}

/** Replaces a file, or makes it: at any moment, whatever happens, all of the one or all of the other is there. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  await withPartial(folder, async (partial) => {
    await writeThrough(partial, content)
    await rename(partial, path)
  })
  await syncFolder(folder)
}

/** Writes a file to the disk itself, not only to its cache. */
export async function writeThrough(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes sure that names in a folder outlast a power cut, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/** Removes from `folder` what processes of this machine that are gone have left incomplete, and what is older than an hour. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = NAME.exec(name)
    if (found === null || atWork.has(name)) continue
    const [, pid, host] = found
    const state = await stat(join(folder, name)).catch(() => undefined)
    if (state === undefined) continue
    const isLeft = host === machine() && !isOtherProcess(Number(pid))
    if (isLeft || isAbandoned(state)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isAbandoned({ mtimeMs }: Stats): boolean {
  return Date.now() - mtimeMs > ABANDONED_MS
}

function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function machine(): string {
  return hostname().replaceAll(/[^\w.-]/g, '_')
}
