export { checkExchange, type ExchangeChoice } from './scenario/check-exchange.ts'
export { buildAvailability } from './scenario/churn/build-availability.ts'
export { type DataSource, DELIMITERS, readFileSource } from './scenario/data-source.ts'
export { loadData } from './scenario/load-data.ts'
export { MESSAGE_HEADER_BYTES } from './scenario/network/build-network.ts'
export { type FederatedMethod, type FederatedRounds, type Method, METHODS } from './scenario/method.ts'
export { PeerSample } from './scenario/peer-sample.ts'
export { roundCycles, roundsProblem } from './scenario/round-times.ts'
export { Scenario, type ScenarioSetting } from './scenario/scenario.ts'
export type { Correlation, ScenarioOptions, WorldOptions } from './scenario/scenario-options.ts'
export { setupSeed } from './scenario/setup-stream.ts'
export type { Speeds } from './scenario/speed-options.ts'
export { Statistics, type SummaryStatistics } from './scenario/summary-statistics.ts'
export { W2 } from './scenario/workload-w2.ts'
export type { Claim, ClaimCheck, ValueAt } from './experiment/claim.ts'
export type { Cell, CellKey, Experiment } from './experiment/experiment.ts'
export type { ReferencePoint } from './experiment/reference-point.ts'
export { hearsayCommand } from './results/hearsay-command.ts'
export type { CodeVersion, MachineFacts, Manifest } from './results/manifest.ts'
export type { CellResult, Results } from './results/results.ts'
export { distributionOf } from './trial/distribution.ts'
export { ERROR_METRIC } from './trial/measure-scenario.ts'
export { runTrial, type RunTrialOptions } from './trial/run-trial.ts'
export type { Distribution, Measurement, Metric, PeerMeasurement, TrialResult } from './trial/trial-result.ts'
export {
  type AveragingTrial,
  type LearningTrial,
  type RumorTrial,
  type Task,
  TASKS,
  type TrialData,
  type TrialSettings,
} from './trial/trial-settings.ts'
export type { AveragingMethod, AveragingMetric, AveragingOptions, Values } from './trial/tasks/averaging-options.ts'
export type { RumorMethod, RumorMetric, RumorOptions } from './trial/tasks/rumor-options.ts'
