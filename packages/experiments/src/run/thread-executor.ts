import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { EnvironmentError } from '@hearsay/core'
import { Piscina } from 'piscina'
import type { TrialResult } from '../trial/trial-result.ts'
import { errorOf } from './cell-failure.ts'
import type { Executor, ExecutorEvent } from './executor.ts'
import { runInLanes } from './lanes.ts'
import type { PlannedCell } from './plan.ts'
import type { ThreadOutcome, ThreadProgress, ThreadTask } from './thread-messages.ts'

/** How {@link threadExecutor} runs cells. */
export interface ThreadExecutorOptions {
  /**
   * Worker threads, ≥ 1.
   *
   * @defaultValue as many as there are cores for this process
   */
  readonly threads?: number | undefined
  /**
   * The module that threads run: it exports `runCell`, made by `serveTrials`.
   *
   * @defaultValue one that runs trials
   */
  readonly worker?: URL | undefined
}

/** Runs cells in worker threads, one each at a time. Threads start with the first cells. */
export function threadExecutor({ threads = availableParallelism(), worker }: ThreadExecutorOptions = {}): Executor {
  return new ThreadExecutor(threads, worker ?? defaultWorker())
}

function defaultWorker(): URL {
  // Where this is not compiled, as in tests, neither is the worker.
  const isSource = import.meta.url.endsWith('.ts')
  return isSource ? new URL('./worker.ts', import.meta.url) : new URL('./worker.js', import.meta.url)
}

class ThreadExecutor implements Executor {
  readonly workers: number
  readonly #worker: URL
  readonly #progress = new Map<string, (share: number) => void>()
  #pool: Piscina<ThreadTask, ThreadOutcome> | undefined

  constructor(workers: number, worker: URL) {
    this.workers = workers
    this.#worker = worker
  }

  async *run(cells: readonly PlannedCell[], signal: AbortSignal): AsyncGenerator<ExecutorEvent, void, void> {
    const threads = Math.min(this.workers, cells.length)
    if (threads === 0) return
    const end = (): void => void this.close()
    signal.addEventListener('abort', end)
    try {
      yield* runInLanes(cells, threads, signal, (cell, onProgress) => this.#run(cell, threads, onProgress))
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    await pool?.destroy()
  }

  async #run(cell: PlannedCell, threads: number, onProgress: (share: number) => void): Promise<TrialResult> {
    const { id, trial } = cell
    this.#pool ??= this.#start(threads)
    this.#progress.set(id, onProgress)
    try {
      const outcome = await this.#pool.run({ id, trial }).catch((cause: unknown) => {
        const problem = cause instanceof Error ? cause.message : String(cause)
        throw new EnvironmentError('WORKER', `its worker thread has died: ${problem}`, { cause })
      })
      if ('failure' in outcome) throw errorOf(outcome.failure)
      return outcome.result
    } finally {
      this.#progress.delete(id)
    }
  }

  /** @param threads - How many start at once; a later run may need more. */
  #start(threads: number): Piscina<ThreadTask, ThreadOutcome> {
    const pool = new Piscina<ThreadTask, ThreadOutcome>({
      filename: fileURLToPath(this.#worker),
      name: 'runCell',
      ...{ minThreads: threads, maxThreads: this.workers, concurrentTasksPerWorker: 1 },
    })
    pool.on('message', ({ id, share }: ThreadProgress) => this.#progress.get(id)?.(share))
    // What happens outside of a task ends the thread, which is noticed there.
    pool.on('error', () => {})
    return pool
  }
}
