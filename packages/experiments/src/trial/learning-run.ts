import { Scenario } from '../scenario/scenario.ts'
import { ERROR_METRIC, measurePeers, measureScenario } from './measure-scenario.ts'
import type { MeasuredRun } from './measured-run.ts'
import { loadTrialData } from './trial-data.ts'
import type { Measurement, Metric, PeerMeasurement } from './trial-result.ts'
import type { LearningTrial } from './trial-settings.ts'

/** A run that learns. */
export class LearningRun implements MeasuredRun {
  readonly metric: Metric = ERROR_METRIC
  readonly #scenario: Scenario

  constructor(scenario: Scenario) {
    this.#scenario = scenario
  }

  get cycle(): number {
    return this.#scenario.cycle
  }

  get traceHash(): string {
    return this.#scenario.simulation.traceHash
  }

  runCycle(): void {
    this.#scenario.runCycle()
  }

  measure(signal: AbortSignal | undefined): Promise<Measurement> {
    return measureScenario(this.#scenario, signal)
  }

  measurePeers(signal: AbortSignal | undefined): Promise<PeerMeasurement[]> {
    return measurePeers(this.#scenario, signal)
  }
}

/** Reads the rows of a run, and deals them out. */
export async function openLearning(
  { data, scenario, faults }: LearningTrial,
  signal: AbortSignal | undefined,
): Promise<LearningRun> {
  const split = await loadTrialData(data, scenario.seed)
  signal?.throwIfAborted()
  return new LearningRun(new Scenario(scenario, split, { faults, counts: true }))
}
