import { ConfigurationError } from '@hearsay/core'

/** Where in a CSV file something is wrong. */
export interface CsvPosition {
  /** The file, as the caller named it. */
  readonly source: string
  /** Line of the file, from 1. A row that spans lines counts by its last one. Absent where no line is to blame. */
  readonly line?: number | undefined
  /** Name of the column. Absent where no column is to blame. */
  readonly column?: string | undefined
}

/** A CSV file that is no data set. The message starts with the position: `mails.csv:7, column "cc": …`. */
export class CsvError extends ConfigurationError {
  readonly source: string
  readonly line: number | undefined
  readonly column: string | undefined

  constructor(code: string, position: CsvPosition, problem: string, options?: ErrorOptions) {
    const line = position.line === undefined ? '' : `:${position.line}`
    const column = position.column === undefined ? '' : `, column ${JSON.stringify(position.column)}`
    super(code, `${position.source}${line}${column}: ${problem}`, options)
    this.source = position.source
    this.line = position.line
    this.column = position.column
  }
}
