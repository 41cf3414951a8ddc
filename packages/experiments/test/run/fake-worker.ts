import { ConfigurationError } from '@hearsay/core'
import { serveTrials } from '../../src/run/serve-trials.ts'
import type { ThreadOutcome, ThreadTask } from '../../src/run/thread-messages.ts'

// A worker thread whose trials do what their seed says.

export const FAILING_SEED = 404
export const DYING_SEED = 500
export const ENDLESS_SEED = 999

export const runCell: (task: ThreadTask) => Promise<ThreadOutcome> = serveTrials(async (trial, { onProgress }) => {
  const { seed, peers } = trial.scenario
  if (seed === FAILING_SEED) throw new ConfigurationError('NO_SUCH_THING', 'there is no such thing')
  if (seed === DYING_SEED) process.exit(7)
  for (let share = 0; seed === ENDLESS_SEED; share = (share + 0.001) % 1) onProgress(share)
  const value = { mean: seed, sd: 0, min: seed, q10: seed, median: seed, q90: seed, max: seed, age: 0 }
  const counts = { cycle: trial.cycles, measured: peers, online: peers, messages: 0, bytes: 0, steps: 0 }
  return {
    metric: { name: 'seed', label: 'the seed', scale: 'linear' },
    series: [{ ...value, ...counts, timeMs: 0 }],
    peers: [],
    traceHash: '',
  }
})
