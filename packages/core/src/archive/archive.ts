/** Arrays whose contents an {@link Archive} can keep. */
export type ArchivedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/**
 * Saves and restores state by one and the same visit: an object names its mutable fields in a fixed order, and the archive
 * either reads or overwrites them. There is no second list of fields that could differ from the first.
 *
 * ```ts
 * persist(archive: Archive): void {
 *   archive.array(this.#estimates)
 *   this.#epoch = archive.number(this.#epoch)
 * }
 * ```
 */
export interface Archive {
  /** Whether state is being restored: whoever has structures of varying size rebuilds them from what it reads. */
  readonly restoring: boolean

  /**
   * Saves the contents of an array, or overwrites them with what was saved.
   *
   * @throws {@link ConfigurationError} `CHECKPOINT` on restoring, where what was saved is not an array of this length.
   */
  array(values: ArchivedArray): void

  /**
   * Saves a number and returns it, or returns the one that was saved.
   *
   * @throws {@link ConfigurationError} `CHECKPOINT` on restoring, where what was saved is not a number.
   */
  number(value: number): number
}

/** What has state of its own besides the protocols: peer samplers, flow controls, network models. */
export interface Persistent {
  /** As {@link Protocol.persist}. */
  persist(archive: Archive): void
}
