import { runTrial } from '../trial/run-trial.ts'
import { serveTrials } from './serve-trials.ts'
import type { ThreadOutcome, ThreadTask } from './thread-messages.ts'

// A worker thread of `threadExecutor` that runs trials.

export const runCell: (task: ThreadTask) => Promise<ThreadOutcome> = serveTrials(runTrial)
