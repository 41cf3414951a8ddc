import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type FromWorker, parseFromWorker, type ToWorker } from './messages.ts'

/** The parent's end of a worker process, which is started at once and then waits to be told what to do. */
export class WorkerProcess {
  /** Resolves with the reason when the process has ended, or could not be started. */
  readonly ended: Promise<string>
  readonly #child: ChildProcess
  #alive = true

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), {
      serialization: 'advanced',
      execArgv: [],
      // A worker writes only when nobody else is left to do it, or when it crashes.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#alive = false
        resolve(reason)
      }
      this.#child.once('error', (error) => end(error.message))
      this.#child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))
    })
  }

  /** 0 for a process that could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.#child.on('message', (value) => {
      const message = parseFromWorker(value)
      if (message !== undefined && this.#alive) listener(message)
    })
  }

  /** Whether it arrives is seen by what comes back. */
  send(message: ToWorker): void {
    if (this.#alive && this.#child.connected) this.#child.send(message, () => {})
  }

  kill(): void {
    // What could not be started has no process id, and Node would signal any other process instead.
    if (this.#alive && this.#child.pid !== undefined) this.#child.kill('SIGKILL')
  }
}
