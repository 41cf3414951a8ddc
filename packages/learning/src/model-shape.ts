import { alignWords, UsageError } from '@hearsay/core'

/** How a linear model lies in memory: `outputs` vectors of `dimension` weights, each padded with zeros to `stride`. */
export interface ModelShape {
  /** Features of a row. */
  readonly features: number
  /** Classes that the model tells apart, ≥ 2. */
  readonly classes: number
  /** Weight vectors: 1 for two classes by a margin, otherwise one per class. */
  readonly outputs: number
  /** Weights of one output: the features, and one more where the model has a bias. */
  readonly dimension: number
  /** Index of the bias within an output, or −1. */
  readonly bias: number
  /** Words from one output to the next: `dimension` rounded up to a multiple of four. */
  readonly stride: number
  /** Words of the whole model: `outputs · stride`. */
  readonly words: number
}

/**
 * @param features - Features of a row, ≥ 1.
 * @param classes - Number of classes, ≥ 2.
 * @param bias - Whether each output has a bias, the component after the features.
 * @param perClass - Whether two classes too have one output each (softmax).
 * @throws {@link UsageError} when there is no feature or fewer than two classes.
 */
export function modelShape(features: number, classes: number, bias: boolean, perClass = false): ModelShape {
  if (!Number.isInteger(features) || features < 1) {
    throw new UsageError('MODEL_SHAPE', `a model needs an integer number of features ≥ 1, not ${features}`)
  }
  if (!Number.isInteger(classes) || classes < 2) {
    throw new UsageError('MODEL_SHAPE', `a classifier needs an integer number of classes ≥ 2, not ${classes}`)
  }
  const dimension = features + (bias ? 1 : 0)
  const stride = alignWords(dimension)
  const outputs = classes === 2 && !perClass ? 1 : classes
  return { features, classes, outputs, dimension, bias: bias ? features : -1, stride, words: outputs * stride }
}
