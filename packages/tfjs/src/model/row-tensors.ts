import { type Memory, ConfigurationError } from '@hearsay/core'
import type { RowRange } from '@hearsay/kernels'
import type { ModelShape } from '@hearsay/learning'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** How labels are given to a model: as the class, as one-hot vectors, or as the 0/1 of one unit. */
type TargetKind = 'class' | 'one-hot'

/** Turns rows in a host's memory into what a model takes. */
export class RowTensors {
  /** Classes that the model's output tells apart by one unit each; 1 for a single unit that says "class 1". */
  readonly units: number
  readonly #memory: Memory
  readonly #rows: ModelShape
  readonly #inputShape: readonly number[]
  readonly #targets: TargetKind

  /** @throws {@link ConfigurationError} `MODEL_INPUTS`, `MODEL_OUTPUTS` where the model does not fit the rows. */
  constructor(memory: Memory, rows: ModelShape, model: LayersModel) {
    this.#memory = memory
    this.#rows = rows
    this.#inputShape = inputShape(model, rows.features)
    this.units = outputUnits(model, rows.classes)
    this.#targets = this.units === 1 || lossOf(model) === 'sparseCategoricalCrossentropy' ? 'class' : 'one-hot'
  }

  /** Features of `count` rows from number `first` of a range on: [count, …input shape]. */
  features({ rows }: RowRange, first: number, count: number): tf.Tensor {
    const { features, stride } = this.#rows
    const { float32 } = this.#memory
    const values = new Float32Array(count * features)
    for (let row = 0; row < count; row++) {
      const from = rows + (first + row) * stride
      values.set(float32.subarray(from, from + features), row * features)
    }
    return tf.tensor(values, [count, ...this.#inputShape])
  }

  /** Targets of the same rows: [count, 1], or [count, classes]. */
  targets({ labels }: RowRange, first: number, count: number): tf.Tensor {
    const classes = this.#memory.int32.subarray(labels + first, labels + first + count)
    if (this.#targets === 'class') return tf.tensor(Float32Array.from(classes), [count, 1])
    const values = new Float32Array(count * this.units)
    for (let row = 0; row < count; row++) values[row * this.units + classes[row]] = 1
    return tf.tensor(values, [count, this.units])
  }
}

/** A model of one output may have its loss by itself, in a list, or by the output's name. */
function lossOf({ loss }: LayersModel): unknown {
  return typeof loss === 'object' ? Object.values(loss)[0] : loss
}

function inputShape(model: LayersModel, features: number): number[] {
  if (model.inputs.length !== 1) {
    throw new ConfigurationError('MODEL_INPUTS', `the model has ${model.inputs.length} inputs: rows are one`)
  }
  const shape = model.inputs[0].shape.slice(1)
  const size = shape.reduce<number>((product, length) => product * (length ?? Number.NaN), 1)
  if (size === features) return shape.map(Number)
  throw new ConfigurationError(
    'MODEL_INPUTS',
    `the model takes [${shape.join(', ')}], and a row has ${features} features: set its inputShape`,
  )
}

function outputUnits(model: LayersModel, classes: number): number {
  const shapes = model.outputs.map((output) => output.shape.slice(1))
  const units = shapes.length === 1 && shapes[0].length === 1 ? (shapes[0][0] ?? 0) : 0
  if (units === classes || (units === 1 && classes === 2)) return units
  throw new ConfigurationError(
    'MODEL_OUTPUTS',
    `the model gives [${shapes.join('], [')}], and there are ${classes} classes: it needs one unit for each`,
  )
}
