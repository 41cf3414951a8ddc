import type { Archive, ArchivedArray } from '@hearsay/core'

/** What was saved: numbers, and copies of arrays. */
type Saved = number | ArchivedArray

/** An archive in memory. It begins as one that saves; {@link MemoryArchive.reader} gives what was saved back, once. */
export class MemoryArchive implements Archive {
  readonly restoring: boolean
  readonly #saved: Saved[]
  #next = 0

  constructor(saved?: Saved[]) {
    this.restoring = saved !== undefined
    this.#saved = saved ?? []
  }

  /** An archive that restores what this one has saved. */
  reader(): MemoryArchive {
    return new MemoryArchive(this.#saved)
  }

  /** How much of what was saved has not been restored. */
  get left(): number {
    return this.#saved.length - this.#next
  }

  array(values: ArchivedArray): void {
    if (!this.restoring) {
      this.#saved.push(values.slice())
      return
    }
    const saved = this.#saved[this.#next++]
    if (typeof saved !== 'object' || saved.length !== values.length || saved.constructor !== values.constructor) {
      throw new Error('an array is restored that was not saved like this')
    }
    values.set(saved)
  }

  number(value: number): number {
    if (!this.restoring) {
      this.#saved.push(value)
      return value
    }
    const saved = this.#saved[this.#next++]
    if (typeof saved !== 'number') throw new Error('a number is restored where none was saved')
    return saved
  }
}
