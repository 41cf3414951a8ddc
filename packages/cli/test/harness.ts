import { Writable } from 'node:stream'
import type { CliIo, OutputStream } from '../src/io.ts'
import { run } from '../src/run.ts'

/** A stream that keeps what it is given. */
export class RecordingStream extends Writable implements OutputStream {
  text = ''
  readonly isTTY: boolean
  columns = 80
  rows = 24

  constructor(isTTY = false) {
    super({ decodeStrings: false })
    this.isTTY = isTTY
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk
    done()
  }
}

/** A stream whose reader has gone. */
export class BrokenStream extends Writable {
  readonly #code: string

  constructor(code = 'EPIPE') {
    super()
    this.#code = code
  }

  override _write(_chunk: unknown, _encoding: BufferEncoding, done: (error: Error) => void): void {
    done(Object.assign(new Error(`write ${this.#code}`), { code: this.#code }))
  }
}

/** A clock that advances by `stepMs` whenever it is read. */
export function steppingClock(stepMs: number): () => number {
  let now = 0
  return () => (now += stepMs)
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process. */
export async function hearsay(argv: readonly string[], overrides: Partial<CliIo> = {}): Promise<Outcome> {
  const stdout = new RecordingStream()
  const stderr = new RecordingStream()
  const signal = new AbortController().signal
  const code = await run(argv, { stdout, stderr, signal, now: steppingClock(0.01), ...overrides })
  return { code, stdout: stdout.text, stderr: stderr.text }
}

/** The lines of a `--json` output. */
export function jsonLines(text: string): Record<string, unknown>[] {
  if (!text.endsWith('\n')) throw new Error('the last line is not complete')
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
