import { ConfigurationError } from '@hearsay/core'

/** Where in a file something is wrong. */
export interface FilePosition {
  /** The file, as the caller named it. */
  readonly source: string
  /** Line of a text, from 1. Absent where no line is to blame. */
  readonly line?: number | undefined
  /** Byte of a binary file, from 0. Absent where no byte is to blame. */
  readonly offset?: number | undefined
  /** Name of a column. Absent where no column is to blame. */
  readonly column?: string | undefined
}

/**
 * A file that is not what its format wants. The message starts with the position, `reuters.svm:7: …` or
 * `train.idx, byte 4: …`, and says what to do.
 */
export class DataFileError extends ConfigurationError {
  readonly source: string
  readonly line: number | undefined
  readonly offset: number | undefined

  constructor(code: string, position: FilePosition, problem: string, options?: ErrorOptions) {
    const line = position.line === undefined ? '' : `:${position.line}`
    const offset = position.offset === undefined ? '' : `, byte ${position.offset}`
    const column = position.column === undefined ? '' : `, column ${JSON.stringify(position.column)}`
    super(code, `${position.source}${line}${offset}${column}: ${problem}`, options)
    this.source = position.source
    this.line = position.line
    this.offset = position.offset
  }
}
