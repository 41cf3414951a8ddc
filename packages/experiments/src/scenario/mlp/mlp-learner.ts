import type { LinearLearnerOptions } from '@hearsay/learning'

/** What merges are, whatever is learned. */
type MergeOptions = Pick<LinearLearnerOptions, 'merge' | 'mergeGap' | 'ageRule' | 'rowsPerUpdate'>

/**
 * A multilayer perceptron of `@hearsay/tfjs`: dense layers of rectified linear units, a softmax, and Adam. All peers begin with the same
 * weights, which the seed draws. Models are merged, then updated (MU).
 */
export interface MlpLearnerOptions extends MergeOptions {
  readonly model: 'mlp'
  /** Units of each hidden layer, in order; each an integer ≥ 1. */
  readonly hidden: readonly number[]
  /**
   * Step size of Adam, > 0.
   *
   * @defaultValue 0.01
   */
  readonly eta?: number | undefined
  /**
   * Passes of an update over the rows, an integer ≥ 1.
   *
   * @defaultValue 1
   */
  readonly epochs?: number | undefined
  /**
   * Rows of a step, an integer ≥ 1.
   *
   * @defaultValue 32
   */
  readonly batch?: number | undefined
  /**
   * Virtual milliseconds ≥ 0 that training takes for each row, each as often as it is trained on. Where learning is centralised, none.
   *
   * @defaultValue 0
   */
  readonly msPerRow?: number | undefined
}

/** What is learned. Plain JSON values. */
export type LearnerOptions = LinearLearnerOptions | MlpLearnerOptions

/** Virtual milliseconds of an update on so many rows; 0 for a linear model. */
export function updateMs(learner: LearnerOptions, rows: number): number {
  if (learner.model !== 'mlp') return 0
  const { msPerRow = 0, epochs = 1, rowsPerUpdate = Number.POSITIVE_INFINITY } = learner
  return msPerRow * epochs * Math.min(rows, rowsPerUpdate)
}
