import { ConfigurationError } from '@hearsay/core'
import { setImmediate } from 'node:timers/promises'
import { openLearning } from './learning-run.ts'
import type { MeasuredRun } from './measured-run.ts'
import { buildAveraging } from './tasks/averaging.ts'
import { buildRumor } from './tasks/rumor.ts'
import { TaskRun } from './tasks/task-run.ts'
import type { Measurement, TrialResult } from './trial-result.ts'
import type { TrialSettings } from './trial-settings.ts'

/** How a trial is run. Nothing of it changes the result. */
export interface RunTrialOptions {
  /** Ends the run soon after it is aborted: the trial then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Told now and then what share of the cycles has been run, rising to 1. */
  readonly onProgress?: ((share: number) => void) | undefined
}

/** Shares between two calls of `onProgress`. */
const PROGRESS_STEP = 0.01

/**
 * Runs a trial. The same settings give the same result, on every machine.
 *
 * @throws {@link ConfigurationError} where settings contradict each other or the data, or the data cannot be read;
 *   {@link EnvironmentError} where the machine cannot do it; the signal's reason.
 */
export async function runTrial(trial: TrialSettings, options: RunTrialOptions = {}): Promise<TrialResult> {
  const { signal } = options
  checkTrial(trial)
  signal?.throwIfAborted()
  const run = await openRun(trial, signal)
  try {
    const series = await runSeries(trial, run, options)
    const peers = await run.measurePeers(signal)
    return { metric: run.metric, series, peers, traceHash: run.traceHash }
  } finally {
    run.close?.()
  }
}

async function openRun(trial: TrialSettings, signal: AbortSignal | undefined): Promise<MeasuredRun> {
  switch (trial.task) {
    case 'learning':
      return await openLearning(trial, signal)
    case 'averaging':
      return new TaskRun(trial.scenario, buildAveraging(trial.scenario, trial))
    case 'rumor':
      return new TaskRun(trial.scenario, buildRumor(trial.scenario, trial))
  }
}

async function runSeries(trial: TrialSettings, run: MeasuredRun, options: RunTrialOptions): Promise<Measurement[]> {
  const { cycles, measureAt } = trial
  const { signal, onProgress } = options
  const stopBelow = trial.task === 'learning' ? trial.stopBelow : undefined
  const series: Measurement[] = []
  let told = 0
  while (run.cycle < cycles) {
    run.runCycle()
    // Signals, and the port of a worker, live in the event loop.
    await setImmediate()
    signal?.throwIfAborted()
    const share = run.cycle / cycles
    if (share >= told + PROGRESS_STEP && share < 1) onProgress?.((told = share))
    if (run.cycle !== measureAt[series.length]) continue
    const measurement = await run.measure(signal)
    series.push(measurement)
    if (stopBelow !== undefined && measurement.mean <= stopBelow) break
  }
  onProgress?.(1)
  return series
}

function checkTrial({ cycles, measureAt }: TrialSettings): void {
  const ascends = measureAt.every((cycle, i) => Number.isInteger(cycle) && cycle > (measureAt[i - 1] ?? 0))
  if (Number.isInteger(cycles) && cycles >= 1 && ascends && measureAt.at(-1) === cycles) return
  throw new ConfigurationError(
    'TRIAL',
    `a trial of ${cycles} cycles is measured after ascending numbers of cycles, the last of which is ${cycles}, not ` +
      `after ${measureAt.join(', ') || 'none'}`,
  )
}
