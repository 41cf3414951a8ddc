import type { OutputStream } from '../io.ts'
import { LiveRegion } from './live-region.ts'
import { type Column, formatTable } from './table.ts'

/** What a {@link LiveTable} shows. */
export interface LiveTableOptions<Row> {
  readonly columns: readonly Column<Row>[]
  /**
   * Whether a line of titles stands above the rows.
   *
   * @defaultValue true
   */
  readonly titles?: boolean
  /** One line for a stream that is no terminal. */
  readonly plain: (rows: readonly Row[], footer: string) => string
  /** A monotonic clock in milliseconds. */
  readonly now: () => number
  /**
   * Milliseconds between two redraws on a terminal.
   *
   * @defaultValue 100
   */
  readonly redrawMs?: number
  /**
   * Milliseconds between two lines elsewhere.
   *
   * @defaultValue 5000
   */
  readonly plainMs?: number
}

/**
 * A small table that is redrawn in place on a terminal, with a line of text below it; in a pipe or a file, a plain line
 * now and then.
 */
export class LiveTable<Row> {
  readonly #region: LiveRegion
  readonly #stream: OutputStream
  readonly #options: LiveTableOptions<Row>
  readonly #intervalMs: number
  #dueMs: number
  #rows: readonly Row[] = []
  #footer = ''
  #drawn = false

  constructor(stream: OutputStream, options: LiveTableOptions<Row>) {
    this.#stream = stream
    this.#region = new LiveRegion(stream)
    this.#options = options
    this.#intervalMs = this.#region.isLive ? (options.redrawMs ?? 100) : (options.plainMs ?? 5000)
    this.#dueMs = this.#region.isLive ? Number.NEGATIVE_INFINITY : options.now() + this.#intervalMs
  }

  /** Shows a new state, unless the last one is too fresh: then it is kept for the next redraw. */
  update(rows: readonly Row[], footer = ''): void {
    this.#rows = rows
    this.#footer = footer
    const now = this.#options.now()
    if (now < this.#dueMs) return
    this.#dueMs = now + this.#intervalMs
    if (this.#region.isLive) this.#draw()
    else this.#stream.write(`${this.#options.plain(rows, footer)}\n`)
  }

  /** Makes room while something else is written to the same terminal, by `write`. */
  interject(write: () => void): void {
    this.#region.clear()
    write()
    if (this.#drawn) this.#draw()
  }

  /** Leaves the last state on the terminal as text like any other. */
  finish(): void {
    if (this.#rows.length > 0 && this.#region.isLive) this.#draw()
    this.#region.release()
    this.#drawn = false
  }

  /** Takes the table off the terminal. */
  remove(): void {
    this.#region.clear()
    this.#drawn = false
  }

  #draw(): void {
    const [titles, ...rows] = formatTable(this.#options.columns, this.#rows)
    const table = this.#options.titles === false ? rows : [titles, ...rows]
    this.#region.draw(this.#footer === '' ? table : [...table, this.#footer])
    this.#drawn = true
  }
}
