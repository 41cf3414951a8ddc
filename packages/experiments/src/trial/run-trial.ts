import { ConfigurationError } from '@hearsay/core'
import { setImmediate } from 'node:timers/promises'
import { Scenario } from '../scenario/scenario.ts'
import { ERROR_METRIC, measurePeers, measureScenario } from './measure-scenario.ts'
import { loadTrialData } from './trial-data.ts'
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
  const data = await loadTrialData(trial.data, trial.scenario.seed)
  signal?.throwIfAborted()
  const scenario = new Scenario(trial.scenario, data, { faults: trial.faults, counts: true })
  const series = await runSeries(trial, scenario, options)
  const peers = await measurePeers(scenario, signal)
  return { metric: ERROR_METRIC, series, peers, traceHash: scenario.simulation.traceHash }
}

async function runSeries(
  { cycles, measureAt, stopBelow = Number.NEGATIVE_INFINITY }: TrialSettings,
  scenario: Scenario,
  { signal, onProgress }: RunTrialOptions,
): Promise<Measurement[]> {
  const series: Measurement[] = []
  let told = 0
  while (scenario.cycle < cycles) {
    scenario.runCycle()
    // Signals, and the port of a worker, live in the event loop.
    await setImmediate()
    signal?.throwIfAborted()
    const share = scenario.cycle / cycles
    if (share >= told + PROGRESS_STEP && share < 1) onProgress?.((told = share))
    if (scenario.cycle !== measureAt[series.length]) continue
    const measurement = await measureScenario(scenario, signal)
    series.push(measurement)
    if (measurement.mean <= stopBelow) break
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
