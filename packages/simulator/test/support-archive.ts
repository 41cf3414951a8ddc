import { type Archive, type ArchivedArray, ConfigurationError, type Persistent } from '@hearsay/core'

/** An archive in memory: save into it, `rewind`, and restore. */
export class MemoryArchive implements Archive {
  restoring = false
  readonly #entries: (readonly number[] | number)[] = []
  #position = 0

  /** From now on the archive restores what it holds, from the first entry on. */
  rewind(): void {
    this.restoring = true
    this.#position = 0
  }

  /** Whether everything that was saved has been read. */
  get isExhausted(): boolean {
    return this.#position === this.#entries.length
  }

  array(values: ArchivedArray): void {
    if (!this.restoring) {
      this.#entries.push(Array.from(values))
      return
    }
    const saved = this.#entries[this.#position++]
    if (!Array.isArray(saved) || saved.length !== values.length) {
      throw new ConfigurationError('CHECKPOINT', 'what was saved is not an array of this length')
    }
    values.set(saved)
  }

  number(value: number): number {
    if (!this.restoring) {
      this.#entries.push(value)
      return value
    }
    const saved = this.#entries[this.#position++]
    if (typeof saved !== 'number') throw new ConfigurationError('CHECKPOINT', 'what was saved is not a number')
    return saved
  }
}

/** Gives `target` the state of `source`, by way of an archive. */
export function transplant(source: Partial<Persistent>, target: Partial<Persistent>): void {
  const archive = new MemoryArchive()
  source.persist?.(archive)
  archive.rewind()
  target.persist?.(archive)
  if (!archive.isExhausted) throw new Error('what restores reads less than what was saved')
}
