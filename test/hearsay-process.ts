import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** One line of `--json` output. */
export type Line = { readonly type: string } & Record<string, unknown>

const MAIN = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))

/**
 * A running `hearsay … --json`. It has a process group of its own: a signal to the group is what Ctrl-C in a terminal
 * is. When the test is over, nothing of the group is left.
 */
export class HearsayProcess {
  readonly lines: Line[] = []
  stderr = ''
  readonly #child: ChildProcess
  /** Resolves when the last process that could write to its output is gone, with the exit code of the process itself. */
  readonly ended: Promise<number | null>
  readonly #waiting = new Set<() => void>()
  #isClosed = false

  constructor(...argv: readonly string[]) {
    this.#child = spawn(process.execPath, [MAIN, ...argv, '--json'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { stdout, stderr } = this.#child
    if (stdout === null || stderr === null) throw new Error('no pipes')
    createInterface({ input: stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line)
      this.#wake()
    })
    stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.ended = once(this.#child, 'close').then(([code]) => {
      this.#isClosed = true
      this.#wake()
      return code as number | null
    })
    onTestFinished(() => this.signalGroup('SIGKILL'))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The first line, now or later, that `accept` takes. */
  async line(accept: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(accept)
      if (found !== undefined) return found
      if (this.#isClosed) throw new Error(`it ended without that line; stderr: ${this.stderr}`)
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  /** As Ctrl-C does. */
  signalGroup(signal: NodeJS.Signals): void {
    if (this.pid === 0) return
    try {
      process.kill(-this.pid, signal)
    } catch {
      // The whole group has ended.
    }
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid !== 0) this.#child.kill(signal)
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

/** Whether there is such a process. One that has ended and waits for its parent does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
