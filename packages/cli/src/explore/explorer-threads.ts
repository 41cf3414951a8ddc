import { EnvironmentError } from '@hearsay/core'
import { Worker } from 'node:worker_threads'
import type { Batch, ExploredBatch } from './explored.ts'

/**
 * Explores batches on worker threads and gives what came out in the order of the batches, whichever is done first.
 *
 * @throws {@link EnvironmentError} `WORKER` where a thread dies.
 */
export async function* exploreOnThreads(
  batches: Iterator<Batch, void>,
  workers: number,
): AsyncGenerator<ExploredBatch, void, void> {
  const threads: Worker[] = []
  const results: Promise<ExploredBatch>[] = []
  /** Keeps a thread busy until there is nothing left. */
  const employ = (thread: Worker): void => {
    const next = batches.next()
    if (next.done === true) return
    const result = ask(thread, next.value)
    result.then(
      () => employ(thread),
      () => {},
    )
    results.push(result)
  }
  try {
    for (let i = 0; i < workers; i++) threads.push(new Worker(new URL('./worker.js', import.meta.url)))
    for (const thread of threads) employ(thread)
    for (let result = results.shift(); result !== undefined; result = results.shift()) yield await result
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}

function ask(thread: Worker, batch: Batch): Promise<ExploredBatch> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new EnvironmentError('WORKER', `a worker thread of the exploration has died: ${String(cause)}`, { cause }))
    const exit = (code: number): void => fail(`exit code ${code}`)
    thread.once('error', fail)
    thread.once('exit', exit)
    thread.once('message', (explored: ExploredBatch) => {
      thread.off('error', fail)
      thread.off('exit', exit)
      resolve(explored)
    })
    thread.postMessage(batch)
  })
}
