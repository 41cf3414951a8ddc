export { cellId } from './cell-id.ts'
export { codeVersion } from './code-version.ts'
export { dataDigest } from './data-digest.ts'
export { hearsayCommand } from '../results/hearsay-command.ts'
export type { Executor, ExecutorEvent, TrialRunner, TrialRunnerOptions } from './executor.ts'
export { inlineExecutor } from './inline-executor.ts'
export { machineFacts } from './machine-facts.ts'
export { type Outcomes, readOutcomes } from './outcomes.ts'
export { type Plan, planExperiment, type PlannedCell } from './plan.ts'
export {
  type ExperimentState,
  experimentState,
  type RunEnd,
  type RunEvent,
  runExperiment,
  type RunExperimentOptions,
  type RunStart,
} from './run-experiment.ts'
export { serveTrials } from './serve-trials.ts'
export type { Shard } from './shard.ts'
export { threadExecutor, type ThreadExecutorOptions } from './thread-executor.ts'
