import type { ScalingKind } from '@hearsay/datasets'
import type { FaultPlan } from '@hearsay/simulator'
import type { DataSource } from '../scenario/data-source.ts'
import type { ScenarioOptions } from '../scenario/scenario-options.ts'

/**
 * One run of one contestant, as plain JSON values: from these and the code follows every number of its
 * {@link TrialResult}.
 */
export type TrialSettings = LearningTrial

/** A run that learns: gossip learning, or one of its contestants. */
export interface LearningTrial {
  readonly task: 'learning'
  readonly data: TrialData
  /** World and contestant, with the seed. */
  readonly scenario: ScenarioOptions
  /** What happens to peers and network on top; times are virtual milliseconds. */
  readonly faults?: FaultPlan | undefined
  /** Cycles to run, an integer ≥ 1. */
  readonly cycles: number
  /** Cycles after which the run is measured: integers in 1 … `cycles`, ascending; the last is `cycles`. */
  readonly measureAt: readonly number[]
  /** Ends the run earlier, after the first measurement whose mean is at most this. */
  readonly stopBelow?: number | undefined
}

/** The rows of a trial. */
export interface TrialData {
  readonly source: DataSource
  readonly scale: ScalingKind
  /** The classes to keep, by name, in the order of their indices. Default: all. */
  readonly classes?: readonly string[] | undefined
}
