import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { ArchiveWriter, ConfigurationError, EnvironmentError, HearsayError, type Persistent } from '@hearsay/core'
import { type CheckpointHeader, END, formatHeader } from './checkpoint-header.ts'

/** Bytes that are written at a time. */
const PIECE = 1 << 26

/**
 * Makes sure, before anything is computed, that a checkpoint can be written. A file that is there will be replaced.
 *
 * @throws {@link ConfigurationError} `CHECKPOINT_FILE`; {@link EnvironmentError} `CHECKPOINT_NOT_WRITTEN`.
 */
export async function checkCheckpointFile(path: string): Promise<void> {
  const present = await stat(path).catch(() => undefined)
  if (present?.isFile() === false) {
    throw new ConfigurationError('CHECKPOINT_FILE', `--checkpoint: ${path} is no file: give the name of a file`)
  }
  try {
    await access(dirname(path), constants.W_OK)
  } catch (cause) {
    throw notWritten(path, cause)
  }
}

/**
 * Writes a checkpoint, all of it or nothing: a file beside it takes its place once it is complete. The state goes to the
 * disk as it lies in memory.
 *
 * @throws {@link EnvironmentError} `CHECKPOINT_NOT_WRITTEN`; what `state` throws.
 */
export function writeCheckpoint(path: string, header: CheckpointHeader, state: Persistent): void {
  const partial = `${path}.${process.pid}.partial`
  try {
    const file = openSync(partial, 'w')
    try {
      writeContents(file, header, state)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(partial, path)
  } catch (cause) {
    rmSync(partial, { force: true })
    if (cause instanceof HearsayError) throw cause
    throw notWritten(path, cause)
  }
}

function writeContents(file: number, header: CheckpointHeader, state: Persistent): void {
  let checksum = 0
  const write = (bytes: Uint8Array): void => {
    for (let start = 0; start < bytes.length; start += PIECE) {
      const piece = bytes.subarray(start, start + PIECE)
      checksum = crc32(piece, checksum)
      for (let written = 0; written < piece.length;) written += writeSync(file, piece, written)
    }
  }
  write(formatHeader(header))
  const archive = new ArchiveWriter(write)
  state.persist(archive)
  archive.finish()
  write(END)
  const trailer = Buffer.alloc(4)
  trailer.writeUInt32LE(checksum)
  writeSync(file, trailer)
}

function notWritten(path: string, cause: unknown): EnvironmentError {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
  const why = isMissing ? `no such folder: ${dirname(path)}` : (cause as Error).message
  return new EnvironmentError('CHECKPOINT_NOT_WRITTEN', `--checkpoint: ${path} cannot be written: ${why}`, { cause })
}
