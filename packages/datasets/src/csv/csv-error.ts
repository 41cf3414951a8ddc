import { DataFileError } from '../formats/data-file-error.ts'

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
export class CsvError extends DataFileError {
  readonly column: string | undefined

  constructor(code: string, position: CsvPosition, problem: string, options?: ErrorOptions) {
    super(code, position, problem, options)
    this.column = position.column
  }
}
