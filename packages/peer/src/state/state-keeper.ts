import { ArchiveWriter, type Persistent } from '@hearsay/core'
import { formatState } from './state-format.ts'
import { writeState } from './state-file.ts'

/** What a {@link StateKeeper} keeps, and where. */
export interface StateKeeperOptions {
  readonly path: string
  readonly peer: string
  /** The signed manifest of the run. */
  readonly manifest: Uint8Array
  /** A digest of the peer's rows. */
  readonly rows: number
  readonly state: Persistent
  /** Full multiaddrs of peers that are known now. */
  contacts(): readonly string[]
  /** Hears that the state could not be written. The next change tries again. */
  onFailure(error: unknown): void
}

/** Writes a peer's state down whenever it has changed: the newest, one write at a time. */
export class StateKeeper {
  readonly #options: StateKeeperOptions
  #writing: Promise<void> | undefined
  #isDue = false

  constructor(options: StateKeeperOptions) {
    this.#options = options
  }

  /**
   * Writes the state for the first time.
   *
   * @throws {@link EnvironmentError} `STATE_NOT_WRITTEN`.
   */
  async begin(): Promise<void> {
    await writeState(this.#options.path, this.#snapshot())
  }

  /** The state has changed. While it is being written, the next write waits for its end, and is of what there is then. */
  keep(): void {
    this.#isDue = true
    this.#writing ??= this.#write()
  }

  /** Resolves when all that was to be kept has been written. Never rejects. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false
      await this.begin().catch((error: unknown) => this.#options.onFailure(error))
    }
    this.#writing = undefined
  }

  #snapshot(): readonly Uint8Array[] {
    const { peer, rows, manifest, state, contacts } = this.#options
    const archive: Uint8Array[] = []
    const writer = new ArchiveWriter((bytes) => archive.push(bytes.slice()))
    state.persist(writer)
    writer.finish()
    return formatState({ peer, rows, contacts: contacts() }, manifest, archive)
  }
}
