import { UsageError } from '@hearsay/core'
import type { Kernels, RowRange } from '@hearsay/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { SharedModel } from './model/shared-model.ts'

/** Rows that the model sees at once. */
const BATCH = 256

/**
 * Measures models on rows of the host's memory. It reads models only. A row of nothing but zeros, which is what a peer has before
 * it has learned anything, stands for the initial model.
 */
export class TfjsEvaluator {
  readonly #kernels: Kernels
  readonly #shared: SharedModel
  readonly #classes: number
  readonly #range: RowRange

  /** @throws {@link UsageError} `NO_ROWS`. */
  constructor(kernels: Kernels, shared: SharedModel, classes: number, range: RowRange) {
    if (range.count === 0) throw new UsageError('NO_ROWS', 'an evaluator needs at least one row')
    this.#kernels = kernels
    this.#shared = shared
    this.#classes = classes
    this.#range = { ...range }
  }

  /** Rows that are evaluated. */
  get rows(): number {
    return this.#range.count
  }

  /** The 0–1 error in [0, 1]: the share of rows whose class is predicted wrongly. */
  error(model: number): number {
    const predictions = new Int32Array(this.rows)
    this.predictions(model, predictions)
    let errors = 0
    for (let row = 0; row < this.rows; row++) if (predictions[row] !== this.#label(row)) errors++
    return errors / this.rows
  }

  /** The mean over the rows of the loss that the model was compiled with, its regularisers included. */
  loss(model: number): number {
    return tf.tidy(() => {
      this.#load(model)
      const features = this.#shared.tensors.features(this.#range, 0, this.rows)
      const targets = this.#shared.tensors.targets(this.#range, 0, this.rows)
      const values = this.#shared.model.evaluate(features, targets, { batchSize: BATCH })
      return (Array.isArray(values) ? values[0] : values).dataSync<'float32'>()[0]
    })
  }

  /** Counts of rows: entry `actual · classes + predicted`. */
  confusion(model: number): Int32Array {
    const predictions = new Int32Array(this.rows)
    this.predictions(model, predictions)
    const counts = new Int32Array(this.#classes ** 2)
    for (let row = 0; row < this.rows; row++) counts[this.#label(row) * this.#classes + predictions[row]]++
    return counts
  }

  /** Writes the predicted class of each row: the one with the highest output, the first of equals; of one unit, 1 above ½. */
  predictions(model: number, target: Int32Array): void {
    tf.tidy(() => {
      this.#load(model)
      for (let first = 0; first < this.rows; first += BATCH) {
        const count = Math.min(BATCH, this.rows - first)
        target.set(
          tf.tidy(() => this.#predict(first, count)),
          first,
        )
      }
    })
  }

  #predict(first: number, count: number): Int32Array {
    const { units } = this.#shared.tensors
    const output = this.#shared.model.predictOnBatch(this.#shared.tensors.features(this.#range, first, count))
    const values = (Array.isArray(output) ? output[0] : output).dataSync<'float32'>()
    return Int32Array.from({ length: count }, (_, row) => {
      const at = row * units
      if (units === 1) return values[at] > 0.5 ? 1 : 0
      let best = 0
      for (let unit = 1; unit < units; unit++) if (values[at + unit] > values[at + best]) best = unit
      return best
    })
  }

  #label(row: number): number {
    return this.#kernels.memory.int32[this.#range.labels + row]
  }

  #load(model: number): void {
    const isInitial = this.#kernels.norm(model, this.#shared.weights.count) === 0
    this.#shared.load(isInitial ? this.#shared.initial : model)
  }
}
