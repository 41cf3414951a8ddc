import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { EnvironmentError } from '@hearsay/core'
import { createFile, isCode } from '../files/create-file.ts'
import { notWritten } from './state-folder.ts'

/** Others take over the same lock: how often, and after how many milliseconds, it is looked at again. */
const ATTEMPTS = 100
const RETRY_MS = 20

/** A folder that no other peer of this machine keeps its state in. */
export interface FolderLock {
  /** Idempotent. */
  release(): Promise<void>
}

/**
 * Takes a folder for one peer, by a file `peer.lock` that says which process has it. What a process that has died leaves behind is
 * taken over.
 *
 * @throws {@link EnvironmentError} `STATE_IN_USE` where a peer of a living process has it, `STATE_NOT_WRITTEN`.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'peer.lock')
  const own = await lineOf(process.pid)
  try {
    for (let attempt = 1; !(await createFile(path, own)); attempt++) {
      const found = await readLock(path)
      if (found !== undefined && (await isHeld(found))) throw inUse(folder, found)
      if (attempt === ATTEMPTS)
        throw new Error(`${path} is left behind and cannot be taken over: remove it, and ${path}.stale`)
      if (found !== undefined) await takeAway(path, found)
    }
  } catch (error) {
    if (error instanceof EnvironmentError) throw error
    throw notWritten(folder, error)
  }
  let isReleased = false
  return {
    async release() {
      if (isReleased) return
      isReleased = true
      if ((await readLock(path).catch(() => undefined)) === own) await unlink(path).catch(() => undefined)
    },
  }
}

function inUse(folder: string, line: string): EnvironmentError {
  return new EnvironmentError(
    'STATE_IN_USE',
    `the state folder ${folder} is in use by process ${Number.parseInt(line)}: stop that, or name another folder`,
  )
}

/** `undefined` where the lock has just been released. */
async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Whether the process that has written a lock still runs. */
async function isHeld(line: string): Promise<boolean> {
  const pid = Number.parseInt(line)
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of another user may not be sent a signal.
    if (!isCode(error, 'EPERM')) return false
  }
  const [, written] = line.trim().split(' ')
  const started = await startOf(pid)
  return written === undefined || started === undefined || written === started
}

/**
 * Removes a lock that was left behind. One does so at a time, and looks again first: a lock that is gone never comes back, so that
 * nobody's new one is removed.
 */
async function takeAway(path: string, line: string): Promise<void> {
  const turn = `${path}.stale`
  if (!(await createFile(turn, ''))) {
    await setTimeout(RETRY_MS)
    return
  }
  try {
    if ((await readLock(path)) === line) await unlink(path)
  } finally {
    await unlink(turn)
  }
}

/** What a process writes into its lock: its number and, where the system tells, when it was started, since numbers are used again. */
async function lineOf(pid: number): Promise<string> {
  const started = await startOf(pid)
  return `${[pid, ...(started === undefined ? [] : [started])].join(' ')}\n`
}

async function startOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1')
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    // From the 3rd field on: the 2nd one, a name in parentheses, may have blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'ended' : `${boot.trim()}:${fields[19]}`
  } catch {
    return undefined
  }
}
