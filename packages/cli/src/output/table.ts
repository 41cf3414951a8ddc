/** A column of a table of rows of one type. */
export interface Column<Row> {
  readonly title: string
  /** @defaultValue `'right'` */
  readonly align?: 'left' | 'right'
  /**
   * Least width in characters: what keeps columns in place when rows are printed one by one.
   *
   * @defaultValue that of the title
   */
  readonly width?: number
  readonly cell: (row: Row) => string
}

const GAP = '  '

/** The line of titles, then one line per row; columns are as wide as their widest cell. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)))
  const widths = columns.map((column, index) =>
    Math.max(leastWidth(column), ...cells.map((line) => line[index].length)),
  )
  const titles = columns.map((column) => column.title)
  return [titles, ...cells].map((line) => alignLine(columns, line, widths))
}

/** One row by itself, in columns of their least width. */
export function formatRow<Row>(columns: readonly Column<Row>[], row: Row): string {
  const cells = columns.map((column) => column.cell(row))
  return alignLine(columns, cells, columns.map(leastWidth))
}

/** The line of titles for rows that are printed by {@link formatRow}. */
export function formatTitles<Row>(columns: readonly Column<Row>[]): string {
  const titles = columns.map((column) => column.title)
  return alignLine(columns, titles, columns.map(leastWidth))
}

/** Cut to `width` characters, with an ellipsis where something is missing. */
export function truncate(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`
}

function leastWidth<Row>(column: Column<Row>): number {
  return Math.max(column.width ?? 0, column.title.length)
}

function alignLine<Row>(columns: readonly Column<Row>[], cells: readonly string[], widths: readonly number[]): string {
  const aligned = cells.map((cell, index) =>
    columns[index].align === 'left' ? cell.padEnd(widths[index]) : cell.padStart(widths[index]),
  )
  return aligned.join(GAP).trimEnd()
}
