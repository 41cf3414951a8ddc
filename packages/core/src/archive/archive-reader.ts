import type { Archive, ArchivedArray } from './archive.ts'
import { bytesOf, describeEntry, EntryType, entryTypeOf, HEADER_BYTES, unfitting } from './archive-format.ts'

/** Fills all of `target` with the next bytes of an archive, or throws. */
export type ByteSource = (target: Uint8Array) => void

/**
 * Restores what an {@link ArchiveWriter} has saved, into objects that were made with the same options. Arrays are filled
 * where they lie.
 */
export class ArchiveReader implements Archive {
  readonly restoring = true
  readonly #source: ByteSource
  readonly #header = new Uint8Array(HEADER_BYTES)
  readonly #view: DataView = new DataView(this.#header.buffer)
  readonly #number = new Float64Array(1)

  /** @param source - What it throws ends the restoring. */
  constructor(source: ByteSource) {
    this.#source = source
  }

  array(values: ArchivedArray): void {
    this.#expect(entryTypeOf(values), values.length)
    if (values.length > 0) this.#source(bytesOf(values))
  }

  number(): number {
    this.#expect(EntryType.number, 1)
    this.#source(bytesOf(this.#number))
    return this.#number[0]
  }

  /**
   * Makes sure that all has been restored.
   *
   * @throws {@link ConfigurationError} `CHECKPOINT` where more was saved.
   */
  finish(): void {
    this.#expect(EntryType.end, 0)
  }

  #expect(type: number, length: number): void {
    this.#source(this.#header)
    const savedType = this.#view.getUint32(0, true)
    const savedLength = this.#view.getUint32(4, true)
    if (savedType === type && savedLength === length) return
    throw unfitting(`it has ${describeEntry(savedType, savedLength)} in the place of ${describeEntry(type, length)}`)
  }
}
