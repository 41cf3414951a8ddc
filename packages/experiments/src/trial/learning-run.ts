import type { SplitDataset } from '@hearsay/datasets'
import { checkMlp } from '../scenario/mlp/check-mlp.ts'
import type { PreparedNetwork } from '../scenario/mlp/prepared-network.ts'
import { Scenario } from '../scenario/scenario.ts'
import type { ScenarioOptions } from '../scenario/scenario-options.ts'
import { ERROR_METRIC, measurePeers, measureScenario } from './measure-scenario.ts'
import type { MeasuredRun } from './measured-run.ts'
import { loadTrialData } from './trial-data.ts'
import type { Measurement, Metric, PeerMeasurement } from './trial-result.ts'
import type { LearningTrial } from './trial-settings.ts'

/** A run that learns. */
export class LearningRun implements MeasuredRun {
  readonly metric: Metric = ERROR_METRIC
  readonly #scenario: Scenario
  readonly #network: PreparedNetwork | undefined

  /** @param network - What the scenario learns where that is not a linear model: disposed of with the run. */
  constructor(scenario: Scenario, network?: PreparedNetwork) {
    this.#scenario = scenario
    this.#network = network
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

  close(): void {
    this.#network?.dispose()
  }
}

/** Reads the rows of a run, and deals them out. */
export async function openLearning(
  { data, scenario, faults }: LearningTrial,
  signal: AbortSignal | undefined,
): Promise<LearningRun> {
  const split = await loadTrialData(data, scenario.seed)
  signal?.throwIfAborted()
  const network = await prepare(scenario, split)
  try {
    return new LearningRun(new Scenario(scenario, split, { faults, counts: true, network }), network)
  } catch (error) {
    network?.dispose()
    throw error
  }
}

/** Loads TensorFlow.js where it is needed: linear models do without. */
async function prepare(scenario: ScenarioOptions, split: SplitDataset): Promise<PreparedNetwork | undefined> {
  const { learner } = scenario
  if (learner.model !== 'mlp') return undefined
  checkMlp(scenario)
  const { prepareMlp } = await import('../scenario/mlp/prepare-mlp.ts')
  return await prepareMlp(learner, scenario, split)
}
