import { naturalLogarithm, UsageError } from '@hearsay/core'
import { exponential, type Kernels, type RowRange } from '@hearsay/kernels'
import type { ModelShape } from './model-shape.ts'

/** Measures models on rows that it holds. It reads models only: evaluating never disturbs a run. */
export class Evaluator {
  readonly #kernels: Kernels
  readonly #shape: ModelShape
  readonly #range: RowRange
  /** Scores of all rows, output by output. */
  readonly #scores: number

  /** @throws {@link UsageError} when there are no rows. */
  constructor(kernels: Kernels, shape: ModelShape, range: RowRange) {
    if (range.count === 0) throw new UsageError('NO_ROWS', 'an evaluator needs at least one row')
    this.#kernels = kernels
    this.#shape = shape
    this.#range = { ...range }
    this.#scores = kernels.memory.allocate(shape.outputs * range.count)
  }

  /** Rows that are evaluated. */
  get rows(): number {
    return this.#range.count
  }

  /** The 0–1 error in [0, 1]: the share of rows whose class is predicted wrongly. */
  error(model: number): number {
    if (this.#shape.outputs === 1) {
      return this.#kernels.countErrors(model, this.#shape.stride, this.#range, 1) / this.#range.count
    }
    this.#score(model)
    let errors = 0
    for (let row = 0; row < this.#range.count; row++) if (this.#predict(row) !== this.#label(row)) errors++
    return errors / this.#range.count
  }

  /**
   * The mean log loss in nats, ≥ 0: scores are read as log-odds (one output), or as the logits of a softmax over the
   * outputs, whatever the model was trained with.
   */
  logLoss(model: number): number {
    this.#score(model)
    let sum = 0
    for (let row = 0; row < this.#range.count; row++) sum += this.#rowLoss(row)
    return sum / this.#range.count
  }

  /** Counts of rows: entry `actual · classes + predicted`. */
  confusion(model: number): Int32Array {
    this.#score(model)
    const counts = new Int32Array(this.#shape.classes ** 2)
    for (let row = 0; row < this.#range.count; row++) {
      counts[this.#label(row) * this.#shape.classes + this.#predict(row)]++
    }
    return counts
  }

  /** Writes the predicted class of each row. */
  predictions(model: number, target: Int32Array): void {
    this.#score(model)
    for (let row = 0; row < this.#range.count; row++) target[row] = this.#predict(row)
  }

  /** The share of rows in which `predictions`, one class per row, is wrong. */
  errorOf(predictions: ArrayLike<number>): number {
    let errors = 0
    for (let row = 0; row < this.#range.count; row++) if (predictions[row] !== this.#label(row)) errors++
    return errors / this.#range.count
  }

  #score(model: number): void {
    const { outputs, stride } = this.#shape
    for (let output = 0; output < outputs; output++) {
      const target = this.#scores + output * this.#range.count
      this.#kernels.scores(target, model + output * stride, stride, this.#range)
    }
  }

  #scoreAt(row: number, output: number): number {
    return this.#kernels.memory.float32[this.#scores + output * this.#range.count + row]
  }

  #label(row: number): number {
    return this.#kernels.memory.int32[this.#range.labels + row]
  }

  /** The class with the highest score, the first of equals; a margin of 0 predicts class 0. */
  #predict(row: number): number {
    if (this.#shape.outputs === 1) return this.#scoreAt(row, 0) > 0 ? 1 : 0
    let best = 0
    for (let output = 1; output < this.#shape.outputs; output++) {
      if (this.#scoreAt(row, output) > this.#scoreAt(row, best)) best = output
    }
    return best
  }

  #rowLoss(row: number): number {
    const label = this.#label(row)
    if (this.#shape.outputs === 1) {
      const margin = label === 1 ? this.#scoreAt(row, 0) : -this.#scoreAt(row, 0)
      return logOnePlusExp(-margin)
    }
    let max = Number.NEGATIVE_INFINITY
    for (let output = 0; output < this.#shape.outputs; output++) max = Math.max(max, this.#scoreAt(row, output))
    let sum = 0
    for (let output = 0; output < this.#shape.outputs; output++) sum += exponential(this.#scoreAt(row, output) - max)
    return max + naturalLogarithm(sum) - this.#scoreAt(row, label)
  }
}

/** log(1 + eˣ) without overflow. */
function logOnePlusExp(x: number): number {
  return Math.max(x, 0) + naturalLogarithm(1 + exponential(-Math.abs(x)))
}
