import { Worker } from 'node:worker_threads'
import { ConfigurationError, EnvironmentError, UsageError } from '@hearsay/core'
import type { FromRunner, RepeatTask, ToRunner } from './messages.ts'

/** Worker threads that share out seeds: each takes the next one as soon as it is idle. */
export class Runners {
  readonly #threads: readonly Worker[]
  readonly #seeds: number[]
  #running = 0
  #told: (FromRunner & { readonly type: 'event' })[] = []
  #failure: Error | undefined
  #wake: () => void = () => {}
  #isStopped = false

  /**
   * @param task - What all runs have in common.
   * @param seeds - Not empty.
   * @param threads - Runs at a time, ≥ 1.
   */
  constructor(task: RepeatTask, seeds: readonly number[], threads: number) {
    this.#seeds = [...seeds]
    this.#threads = Array.from({ length: Math.min(threads, seeds.length) }, () => this.#start(task))
  }

  /**
   * What the runs tell, until all of them have ended.
   *
   * @throws What a run throws; {@link EnvironmentError} `WORKER` where a thread dies.
   */
  async *events(): AsyncGenerator<FromRunner & { readonly type: 'event' }, void, void> {
    while (this.#running > 0 || this.#told.length > 0 || this.#failure !== undefined) {
      const told = this.#told
      this.#told = []
      yield* told
      if (this.#failure !== undefined) throw this.#failure
      if (this.#told.length > 0 || this.#running === 0) continue
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Ends the runs at hand after their current cycle, and begins no others. */
  stop(): void {
    this.#isStopped = true
    for (const thread of this.#threads) thread.postMessage({ type: 'stop' } satisfies ToRunner)
  }

  /** Ends the threads, whatever they do. */
  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()))
  }

  #start(task: RepeatTask): Worker {
    // Where this is not compiled, as in tests, neither is the worker.
    const isSource = import.meta.url.endsWith('.ts')
    const file = isSource ? new URL('./worker.ts', import.meta.url) : new URL('./worker.js', import.meta.url)
    const thread = new Worker(file, { workerData: task })
    thread.on('message', (message: FromRunner) => this.#receive(thread, message))
    thread.on('error', (cause) =>
      this.#fail(new EnvironmentError('WORKER', `a worker thread has died: ${cause}`, { cause })),
    )
    this.#running++
    this.#assign(thread)
    return thread
  }

  #receive(thread: Worker, message: FromRunner): void {
    if (message.type === 'failed') {
      this.#fail(errorOf(message))
      return
    }
    this.#told.push(message)
    if (message.event.type === 'summary') this.#assign(thread)
    this.#wake()
  }

  #assign(thread: Worker): void {
    const seed = this.#isStopped ? undefined : this.#seeds.shift()
    if (seed === undefined) this.#running--
    else thread.postMessage({ type: 'run', seed } satisfies ToRunner)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#wake()
  }
}

/** The error of a run, of the same class. */
function errorOf({ name, code, message }: FromRunner & { readonly type: 'failed' }): Error {
  for (const type of [ConfigurationError, EnvironmentError, UsageError]) {
    if (name === type.name) return new type(code, message)
  }
  return new Error(message)
}
