import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { parseTraceEnd, parseTraceHeader, parseTraceKey, type TraceEnd, type TraceHeader } from './trace-format.ts'

/** Reads a trace event by event; what is in memory is a piece of it. */
export class TraceReader {
  readonly path: string
  readonly header: TraceHeader
  /** Events that have been read. */
  events = 0
  /** What the trace says of its end, once that has been read; never where it breaks off. */
  end: TraceEnd | undefined
  readonly #pieces: Pieces
  #lines: readonly string[] = []
  #next = 0
  #isOver = false

  private constructor(path: string, header: TraceHeader, pieces: Pieces) {
    this.path = path
    this.header = header
    this.#pieces = pieces
  }

  /**
   * Opens a trace, compressed or not.
   *
   * @throws {@link EnvironmentError} `FILE_NOT_READ`; {@link ConfigurationError} `TRACE_HEADER`.
   */
  static async open(path: string): Promise<TraceReader> {
    const pieces = new Pieces(path, await openStream(path))
    const first = await pieces.firstLines(2)
    return new TraceReader(path, parseTraceHeader(first[0] ?? '', path), pieces)
  }

  /** The line of the next event, undefined behind the last one. */
  async next(): Promise<string | undefined> {
    while (this.#next === this.#lines.length) {
      if (this.#isOver) return undefined
      this.#lines = await this.#pieces.next()
      this.#next = 0
      if (this.#lines.length === 0) this.#isOver = true
    }
    const line = this.#lines[this.#next++]
    if (line.startsWith('#')) {
      this.end = parseTraceEnd(line)
      this.#isOver = true
      this.#lines = []
      this.#next = 0
      return undefined
    }
    this.events++
    return line
  }

  /** When and to whom the event of a line of this trace happened. Throws where it is none. */
  keyOf(line: string): { readonly time: number; readonly peer: number } {
    const key = parseTraceKey(line)
    if (key !== undefined) return key
    throw new ConfigurationError(
      'TRACE_LINE',
      `${this.path}:${this.events + 2}: this is no event: ${JSON.stringify(line.slice(0, 80))}`,
    )
  }

  close(): void {
    this.#pieces.close()
  }
}

/** A stream of text as pieces of whole lines. A last line without an end, or what cannot be decompressed, is left out. */
class Pieces {
  readonly #path: string
  readonly #stream: Readable
  readonly #iterator: AsyncIterator<string>
  #rest = ''
  #ahead: string[] = []

  constructor(path: string, stream: Readable) {
    this.#path = path
    this.#stream = stream.setEncoding('utf8')
    this.#iterator = this.#stream[Symbol.asyncIterator]()
  }

  /** Up to `count` lines from the start. */
  async firstLines(count: number): Promise<string[]> {
    const lines: string[] = []
    while (lines.length < count) {
      const piece = await this.next()
      if (piece.length === 0) break
      lines.push(...piece)
    }
    this.#ahead = lines.splice(count)
    return lines
  }

  /** Some more lines; none at the end. */
  async next(): Promise<readonly string[]> {
    if (this.#ahead.length > 0) {
      const lines = this.#ahead
      this.#ahead = []
      return lines
    }
    for (;;) {
      const text = await this.#read()
      if (text === undefined) return []
      const lines = (this.#rest + text).split('\n')
      this.#rest = lines.pop() ?? ''
      if (lines.length > 0) return lines
    }
  }

  close(): void {
    this.#stream.destroy()
  }

  async #read(): Promise<string | undefined> {
    try {
      const { done, value } = await this.#iterator.next()
      return done === true ? undefined : value
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code === 'Z_BUF_ERROR') return undefined
      if (code?.startsWith('Z_') !== true) throw notRead(this.#path, cause)
      throw new ConfigurationError('TRACE_DAMAGED', `${this.#path} is damaged: it cannot be decompressed`, { cause })
    }
  }
}

async function openStream(path: string): Promise<Readable> {
  try {
    const file = await open(path)
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    await file.close()
    const stream = createReadStream(path)
    if (buffer[0] !== 0x1f || buffer[1] !== 0x8b) return stream
    return pipeline(stream, createGunzip(), () => {})
  } catch (cause) {
    throw notRead(path, cause)
  }
}

function notRead(path: string, cause: unknown): EnvironmentError {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
  const why = isMissing ? 'there is no such file' : (cause as Error).message
  return new EnvironmentError('FILE_NOT_READ', `${path} cannot be read: ${why}`, { cause })
}
