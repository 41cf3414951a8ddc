import type { Archive, ArchivedArray } from './archive.ts'
import { bytesOf, EntryType, entryTypeOf, HEADER_BYTES } from './archive-format.ts'

/** Takes the next bytes of an archive. They are borrowed: what it wants to keep after it returns it copies. */
export type ByteSink = (bytes: Uint8Array) => void

/** Small entries are gathered in pieces of this size. */
const BUFFER_BYTES = 1 << 16

/**
 * Saves state as a stream of bytes. Arrays go to the sink as they lie in memory: saving a run needs no second copy of it.
 *
 * ```ts
 * const writer = new ArchiveWriter(sink)
 * simulation.persist(writer)
 * writer.finish()
 * ```
 */
export class ArchiveWriter implements Archive {
  readonly restoring = false
  readonly #sink: ByteSink
  readonly #buffer = new Uint8Array(BUFFER_BYTES)
  readonly #view: DataView = new DataView(this.#buffer.buffer)
  readonly #number = new Float64Array(1)
  #used = 0

  /** @param sink - What it throws ends the saving. */
  constructor(sink: ByteSink) {
    this.#sink = sink
  }

  array(values: ArchivedArray): void {
    this.#begin(entryTypeOf(values), values.length)
    this.#append(bytesOf(values))
  }

  number(value: number): number {
    this.#begin(EntryType.number, 1)
    this.#number[0] = value
    this.#append(bytesOf(this.#number))
    return value
  }

  /** Ends the archive, and passes on what has been gathered. */
  finish(): void {
    this.#begin(EntryType.end, 0)
    this.#flush()
  }

  #begin(type: number, length: number): void {
    if (this.#used + HEADER_BYTES > BUFFER_BYTES) this.#flush()
    this.#view.setUint32(this.#used, type, true)
    this.#view.setUint32(this.#used + 4, length, true)
    this.#used += HEADER_BYTES
  }

  #append(bytes: Uint8Array): void {
    if (this.#used + bytes.length > BUFFER_BYTES) this.#flush()
    if (bytes.length > BUFFER_BYTES) {
      this.#sink(bytes)
      return
    }
    this.#buffer.set(bytes, this.#used)
    this.#used += bytes.length
  }

  #flush(): void {
    if (this.#used > 0) this.#sink(this.#buffer.subarray(0, this.#used))
    this.#used = 0
  }
}
