import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { ArchiveReader, ConfigurationError, EnvironmentError, type Persistent } from '@hearsay/core'
import { type CheckpointHeader, END, foreign, MAGIC, readHeader, TRAILER_BYTES } from './checkpoint-header.ts'

/** Bytes that are read at a time. */
const PIECE = 1 << 22

/** A checkpoint that is whole and of this version: its header, and its state once there is something to restore. */
export class CheckpointFile {
  readonly path: string
  readonly header: CheckpointHeader
  #file: number
  /** Where the next bytes are read. */
  #position: number

  /**
   * Opens a checkpoint and verifies all of it.
   *
   * @throws {@link ConfigurationError} `CHECKPOINT_FOREIGN`, `CHECKPOINT_TRUNCATED`, `CHECKPOINT_DAMAGED`,
   *   `CHECKPOINT_VERSION`; {@link EnvironmentError} `FILE_NOT_READ`.
   */
  constructor(path: string) {
    this.path = path
    this.#file = this.#attempt(() => openSync(path, 'r'))
    try {
      this.#verify()
      this.#position = MAGIC.length
      this.header = readHeader(path, (target) => this.#read(target))
    } catch (error) {
      this.close()
      throw error
    }
  }

  /**
   * Restores the state into what was made with the same options, and closes the file.
   *
   * @throws {@link ConfigurationError} `CHECKPOINT` where it does not fit.
   */
  restore(state: Persistent): void {
    try {
      const archive = new ArchiveReader((target) => this.#read(target))
      state.persist(archive)
      archive.finish()
    } finally {
      this.close()
    }
  }

  /** Closes the file, if it is open. */
  close(): void {
    if (this.#file >= 0) closeSync(this.#file)
    this.#file = -1
  }

  #verify(): void {
    const { size } = this.#attempt(() => fstatSync(this.#file))
    this.#position = 0
    const magic = Buffer.alloc(Math.min(size, MAGIC.length))
    this.#read(magic)
    if (!magic.equals(MAGIC.subarray(0, magic.length)) || size === 0) throw foreign(this.path)
    if (size < MAGIC.length + TRAILER_BYTES) throw truncated(this.path)
    let checksum = crc32(magic)
    const piece = Buffer.alloc(PIECE)
    for (let left = size - MAGIC.length - 4; left > 0; left -= PIECE) {
      const bytes = piece.subarray(0, Math.min(left, PIECE))
      this.#read(bytes)
      checksum = crc32(bytes, checksum)
    }
    this.#position = size - TRAILER_BYTES
    const trailer = Buffer.alloc(TRAILER_BYTES)
    this.#read(trailer)
    if (!trailer.subarray(0, END.length).equals(END)) throw truncated(this.path)
    if (trailer.readUInt32LE(END.length) === checksum) return
    throw new ConfigurationError('CHECKPOINT_DAMAGED', `${this.path} is damaged: its checksum is wrong`)
  }

  /** Fills `target` with the next bytes. */
  #read(target: Uint8Array): void {
    for (let filled = 0; filled < target.length;) {
      const length = Math.min(target.length - filled, PIECE)
      const count = this.#attempt(() => readSync(this.#file, target, filled, length, this.#position))
      if (count === 0) throw truncated(this.path)
      filled += count
      this.#position += count
    }
  }

  #attempt<Result>(action: () => Result): Result {
    try {
      return action()
    } catch (cause) {
      const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
      const why = isMissing ? 'there is no such file' : (cause as Error).message
      throw new EnvironmentError('FILE_NOT_READ', `--resume: ${this.path} cannot be read: ${why}`, { cause })
    }
  }
}

function truncated(path: string): ConfigurationError {
  return new ConfigurationError(
    'CHECKPOINT_TRUNCATED',
    `${path} is incomplete: its end is missing; take an earlier checkpoint, or begin again`,
  )
}
