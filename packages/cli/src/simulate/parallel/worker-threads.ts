import { EnvironmentError } from '@hearsay/core'
import { Worker } from 'node:worker_threads'
import type { FromWorker, WorkerTask } from './messages.ts'

/** The worker threads of a run, and what they tell. */
export class WorkerThreads {
  readonly #threads: readonly Worker[]
  readonly #told: (readonly [number, FromWorker])[] = []
  #wake: () => void = () => {}
  #ended = false

  constructor(tasks: readonly WorkerTask[]) {
    this.#threads = tasks.map((task, index) => this.#start(task, index))
  }

  /**
   * What the threads tell, as pairs of worker and message, without end.
   *
   * @throws {@link EnvironmentError} `WORKER` where a thread dies.
   */
  async *messages(): AsyncGenerator<readonly [number, FromWorker], never, void> {
    for (;;) {
      for (let next = this.#told.shift(); next !== undefined; next = this.#told.shift()) yield next
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        if (this.#told.length > 0) resolve()
      })
    }
  }

  /** Ends the threads, whatever they do. */
  async end(): Promise<void> {
    this.#ended = true
    await Promise.all(this.#threads.map((thread) => thread.terminate()))
  }

  #start(task: WorkerTask, index: number): Worker {
    const thread = new Worker(new URL('./worker.js', import.meta.url), { workerData: task })
    const tell = (message: FromWorker): void => {
      this.#told.push([index, message])
      this.#wake()
    }
    const fail = (reason: string): void => {
      if (!this.#ended) tell({ type: 'failed', name: EnvironmentError.name, code: 'WORKER', message: reason })
    }
    thread.on('message', tell)
    thread.on('error', (error) => fail(`worker thread ${index} of the run has died: ${String(error)}`))
    thread.on('exit', (code) => {
      if (code !== 0) fail(`worker thread ${index} of the run has ended with code ${code}`)
    })
    return thread
  }
}
