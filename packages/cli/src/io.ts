/** A stream that results or progress are written to. */
export interface OutputStream extends NodeJS.WritableStream {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean
  /** Width of the terminal in characters. */
  readonly columns?: number
  /** Height of the terminal in lines. */
  readonly rows?: number
  /** Whether its reader has fallen behind. */
  readonly writableNeedDrain?: boolean
  /** How much has not been taken by it yet. */
  readonly writableLength?: number
}

/** All that a command knows of the process that it runs in. */
export interface CliIo {
  /** Results, and nothing else. */
  readonly stdout: OutputStream
  /** Progress and errors. */
  readonly stderr: OutputStream
  /** Aborted with an `Interruption` when the user wants the command to end: it ends soon, with the results so far. */
  readonly signal: AbortSignal
  /** A monotonic clock in milliseconds. */
  readonly now: () => number
}
