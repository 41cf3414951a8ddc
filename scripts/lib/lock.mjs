import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './log.mjs'

const POLL_MS = 200
const HEARTBEAT_MS = 2_000
/** A holder whose machine or container went away leaves a process id that may belong to another by now. */
const STALE_MS = 20_000

/**
 * Runs `task` while no other process holds `file`. A lock whose holder has died is taken over.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
export async function withLock(file, task) {
  mkdirSync(path.dirname(file), { recursive: true })
  let announced = false
  while (!tryAcquire(file)) {
    const holder = readHolder(file)
    if (holder && holder.isStale) takeAway(file, holder.id)
    else if (holder && !announced) {
      say(`waiting for process ${holder.id}, which prepares this clone`)
      announced = true
    }
    await sleep(POLL_MS)
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  const heartbeat = setInterval(() => utimesSync(file, new Date(), new Date()), HEARTBEAT_MS)
  try {
    return await task()
  } finally {
    clearInterval(heartbeat)
    process.off('exit', release)
    release()
  }
}

/** @param {string} file */
function tryAcquire(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * @param {string} file
 * @returns {{ id: number, isStale: boolean } | undefined} `undefined` when the lock has just been released.
 */
function readHolder(file) {
  try {
    const id = Number(readFileSync(file, 'utf8'))
    const ageMs = Date.now() - statSync(file).mtimeMs
    return { id, isStale: ageMs > STALE_MS || (id > 0 && !isAlive(id)) }
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * Renaming lets one of several waiting processes win; the loser finds no file, or a new holder's, which it puts back.
 *
 * @param {string} file
 * @param {number} id
 */
function takeAway(file, id) {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (Number(readFileSync(aside, 'utf8')) === id) rmSync(aside)
    else renameSync(aside, file)
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
  }
}

/** @param {number} id */
function isAlive(id) {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
const isCode = (error, code) => error instanceof Error && 'code' in error && error.code === code
