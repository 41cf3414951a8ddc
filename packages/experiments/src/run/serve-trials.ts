import { parentPort } from 'node:worker_threads'
import { failureOf } from './cell-failure.ts'
import type { TrialRunner } from './executor.ts'
import type { ThreadOutcome, ThreadProgress, ThreadTask } from './thread-messages.ts'

/** Milliseconds between two messages about progress. */
const PROGRESS_MS = 200

/** What a worker thread of `threadExecutor` exports as `runCell`: the way to run a trial there. */
export function serveTrials(runTrial: TrialRunner): (task: ThreadTask) => Promise<ThreadOutcome> {
  // A thread is not asked to end: it is ended.
  const { signal } = new AbortController()
  return async ({ id, trial }) => {
    let due = performance.now() + PROGRESS_MS
    const onProgress = (share: number): void => {
      const now = performance.now()
      if (now < due) return
      due = now + PROGRESS_MS
      parentPort?.postMessage({ id, share } satisfies ThreadProgress)
    }
    try {
      return { result: await runTrial(trial, { signal, onProgress }) }
    } catch (error) {
      return { failure: failureOf(error) }
    }
  }
}
