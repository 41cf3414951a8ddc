import { closeSync, openSync, writeSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { EnvironmentError, type Memory } from '@hearsay/core'
import type { Tap } from '@hearsay/simulator'
import { formatTraceEnd, formatTraceHeader, type TraceEnd, type TraceHeader } from './trace-format.ts'
import { TraceLines } from './trace-lines.ts'

/** Characters that are written at a time. */
const PIECE = 1 << 19

/**
 * A trace that is being written. Pieces are written at once, so that a run never gets ahead of its trace and no more than
 * a piece is in memory; compressed, each is a gzip member of its own, so that a file that breaks off is whole up to there.
 */
export class TraceFile {
  readonly #path: string
  readonly #header: TraceHeader
  readonly #isCompressed: boolean
  #file = -1
  #pending: string[] = []
  #pendingLength = 0
  #lines: TraceLines | undefined

  /** @param path - Compressed where it ends in `.gz`. */
  constructor(path: string, header: TraceHeader) {
    this.#path = path
    this.#header = header
    this.#isCompressed = path.endsWith('.gz')
  }

  /**
   * Replaces the file, if there is one.
   *
   * @throws {@link EnvironmentError} `TRACE_NOT_WRITTEN`, as everything below.
   */
  open(): void {
    this.#file = this.#attempt(() => openSync(this.#path, 'w'))
    this.#append(formatTraceHeader(this.#header))
  }

  /** What a simulation tells its events to. */
  tapOn(memory: Memory, protocols: readonly string[]): Tap {
    this.#lines = new TraceLines(memory, protocols, (text) => this.#append(text))
    return this.#lines
  }

  /** Writes all that is left and the last line. */
  end(end: Omit<TraceEnd, 'events'>): void {
    this.#lines?.flush()
    this.#append(formatTraceEnd({ events: this.#lines?.events ?? 0, ...end }))
    this.#flush()
    this.close()
  }

  /** Closes the file as it is, if it is open. */
  close(): void {
    if (this.#file < 0) return
    const file = this.#file
    this.#file = -1
    this.#attempt(() => closeSync(file))
  }

  #append(text: string): void {
    this.#pending.push(text)
    this.#pendingLength += text.length
    if (this.#pendingLength >= PIECE) this.#flush()
  }

  #flush(): void {
    const text = Buffer.from(this.#pending.join(''))
    this.#pending = []
    this.#pendingLength = 0
    const bytes = this.#isCompressed ? gzipSync(text) : text
    this.#attempt(() => {
      for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written)
    })
  }

  #attempt<Result>(action: () => Result): Result {
    try {
      return action()
    } catch (cause) {
      const message = `--trace: ${this.#path} cannot be written: ${(cause as Error).message}`
      throw new EnvironmentError('TRACE_NOT_WRITTEN', message, { cause })
    }
  }
}
