import type { Learner } from '@hearsay/learning'

/** A learner that can merge without training: a `TfjsLearner`, or a `LinearLearner`. */
export interface DeferrableLearner extends Learner {
  /** target ← merge of the models at `a` and `b`. Returns the merged age. */
  merge(target: number, a: number, ageA: number, b: number, ageB: number): number
}
