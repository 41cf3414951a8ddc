import { clearScreenDown, cursorTo, moveCursor } from 'node:readline'
import type { OutputStream } from '../io.ts'
import { truncate } from './table.ts'

const WIDTH = 80
const HEIGHT = 24

/** The last lines of a terminal, redrawn in place. On a stream that is no terminal it draws nothing. */
export class LiveRegion {
  readonly #stream: OutputStream
  /** Lines on the screen, above the cursor. */
  #height = 0

  constructor(stream: OutputStream) {
    this.#stream = stream
  }

  /** Whether there is a terminal to draw on. */
  get isLive(): boolean {
    return this.#stream.isTTY === true
  }

  /** Replaces what was drawn before. Lines are cut to the terminal, so that each takes exactly one. */
  draw(lines: readonly string[]): void {
    if (!this.isLive) return
    this.clear()
    const { columns = WIDTH, rows = HEIGHT } = this.#stream
    const shown = lines.slice(0, Math.max(1, rows - 1))
    this.#stream.write(shown.map((line) => `${truncate(line, columns - 1)}\n`).join(''))
    this.#height = shown.length
  }

  /** Takes what was drawn off the screen, so that something else can be written there. */
  clear(): void {
    if (this.#height === 0) return
    moveCursor(this.#stream, 0, -this.#height)
    cursorTo(this.#stream, 0)
    clearScreenDown(this.#stream)
    this.#height = 0
  }

  /** Leaves what was drawn last on the screen for good. */
  release(): void {
    this.#height = 0
  }
}
