import { randomBytes } from 'node:crypto'
import { open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ArchiveReader, ConfigurationError, EnvironmentError, type Persistent } from '@hearsay/core'
import { parseSignedManifest, type SignedManifest } from '../manifest-envelope.ts'
import { makeFolder } from '../files/make-folder.ts'
import { parseState, refusal } from './state-format.ts'
import { notWritten } from './state-folder.ts'

/** What a peer has kept of a run. */
export interface SavedState {
  readonly path: string
  /** The peer whose state it is. */
  readonly peer: string
  readonly signed: SignedManifest
  /** Full multiaddrs of peers that it knew. */
  readonly contacts: readonly string[]
  /** As `rowsDigest` tells the rows that it was learned from. */
  readonly rows: number
  readonly archive: Uint8Array
}

/**
 * The state in a file, verified; `undefined` where there is no such file.
 *
 * @throws {@link ConfigurationError} `STATE_FOREIGN`, `STATE_TRUNCATED`, `STATE_DAMAGED`, `STATE_VERSION`;
 *   {@link EnvironmentError} `STATE_NOT_READ`.
 */
export async function readState(path: string): Promise<SavedState | undefined> {
  let file: Uint8Array
  try {
    file = new Uint8Array(await readFile(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EnvironmentError('STATE_NOT_READ', `the peer's state ${path} cannot be read: ${why}`, { cause })
  }
  const { header, manifest, archive } = parseState(path, file)
  try {
    const signed = await parseSignedManifest(manifest)
    return { path, peer: header.peer, signed, contacts: header.contacts, rows: header.rows, archive }
  } catch (cause) {
    throw refusal('FOREIGN', path, `holds no manifest of a run: ${(cause as Error).message}`)
  }
}

/**
 * Refuses a state that was learned from other rows.
 *
 * @throws {@link ConfigurationError} `STATE_UNFIT`.
 */
export function assertSameRows({ path, rows }: SavedState, digest: number): void {
  if (rows === digest) return
  throw refusal('UNFIT', path, 'was learned from other rows: give it the rows that it had, or name another folder')
}

/**
 * Restores a state into what was made for the same run.
 *
 * @throws {@link ConfigurationError} `STATE_UNFIT` where it was made otherwise; then the target is of no use any more.
 */
export function restoreState({ path, archive }: SavedState, target: Persistent): void {
  let position = 0
  const reader = new ArchiveReader((bytes) => {
    if (position + bytes.length > archive.length) throw new ConfigurationError('CHECKPOINT', 'its end is missing')
    bytes.set(archive.subarray(position, position + bytes.length))
    position += bytes.length
  })
  try {
    target.persist(reader)
    reader.finish()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    throw refusal(
      'UNFIT',
      path,
      `does not fit this peer: ${error.message}. Give it the rows that it had, or remove the file`,
    )
  }
}

/**
 * Writes a file, all of it or nothing: a draft beside it takes its place once it is complete, and on the disk.
 *
 * @throws {@link EnvironmentError} `STATE_NOT_WRITTEN`.
 */
export async function writeState(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await makeFolder(dirname(path))
    const file = await open(draft, 'wx', 0o600)
    try {
      for (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (cause) {
    await unlink(draft).catch(() => undefined)
    throw notWritten(path, cause)
  }
}
