import type { ScalingKind } from '@hearsay/datasets'
import type { FaultPlan } from '@hearsay/simulator'
import type { DataSource } from '../scenario/data-source.ts'
import type { ScenarioOptions } from '../scenario/scenario-options.ts'
import type { AveragingOptions } from './tasks/averaging-options.ts'
import type { RumorOptions } from './tasks/rumor-options.ts'

/**
 * One run of one contestant, as plain JSON values: from these and the code follows every number of its
 * {@link TrialResult}.
 */
export type TrialSettings = LearningTrial | AveragingTrial | RumorTrial

/** What a run is for. */
export type Task = TrialSettings['task']

export const TASKS: readonly Task[] = ['learning', 'averaging', 'rumor']

/** A run that learns: gossip learning, or one of its contestants. */
export interface LearningTrial extends TrialCourse {
  readonly task: 'learning'
  readonly data: TrialData
  /** World and contestant, with the seed. */
  readonly scenario: ScenarioOptions
  /** Ends the run earlier, after the first measurement whose mean is at most this. */
  readonly stopBelow?: number | undefined
}

/** A run that aggregates what each peer holds. */
export interface AveragingTrial extends TrialCourse {
  readonly task: 'averaging'
  readonly scenario: AveragingOptions
}

/** A run that spreads a rumor. */
export interface RumorTrial extends TrialCourse {
  readonly task: 'rumor'
  readonly scenario: RumorOptions
}

/** How long a run is, when it is measured, and what goes wrong. */
export interface TrialCourse {
  /** What happens to peers and network on top; times are virtual milliseconds. */
  readonly faults?: FaultPlan | undefined
  /** Cycles to run, an integer ≥ 1. */
  readonly cycles: number
  /** Cycles after which the run is measured: integers in 1 … `cycles`, ascending; the last is `cycles`. */
  readonly measureAt: readonly number[]
}

/** The rows of a trial. */
export interface TrialData {
  readonly source: DataSource
  readonly scale: ScalingKind
  /** The classes to keep, by name, in the order of their indices. Default: all. */
  readonly classes?: readonly string[] | undefined
}
