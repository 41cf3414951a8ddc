import { type Memory, UsageError } from '@hearsay/core'
import type { RowRange } from '@hearsay/kernels'
import type { ModelShape } from './model-shape.ts'

/** Labelled rows, as a data set holds them. */
export interface LabelledRows {
  /** `labels.length × features`, row by row. */
  readonly features: Float32Array
  /** Class of each row, an integer in 0 … classes − 1. */
  readonly labels: Int32Array
}

/** How rows enter a host's memory. */
export interface ShardOptions {
  /**
   * Rows with a larger norm are scaled down to it, > 0. It is what makes the norm of every honest model bounded.
   *
   * @defaultValue Infinity
   */
  readonly rowNormMax?: number
}

/** The private rows of a population, in a host's memory: shard i belongs to hosted peer i. */
export class Shards {
  readonly shape: ModelShape
  /** Shard i is rows starts[i] … starts[i + 1] − 1. */
  readonly #starts: Int32Array
  readonly #rows: number
  readonly #labels: number
  readonly #cursor: { rows: number; labels: number; count: number } = { rows: 0, labels: 0, count: 0 }

  /**
   * Copies rows into memory, padded to the model's stride, with a 1 where the model has a bias.
   *
   * @param assignment - The row indices of each hosted peer. A row may belong to several peers, or to none.
   * @throws {@link UsageError} when a row index, a label or `rowNormMax` is out of range.
   */
  constructor(
    memory: Memory,
    shape: ModelShape,
    data: LabelledRows,
    assignment: readonly ArrayLike<number>[],
    options: ShardOptions = {},
  ) {
    this.shape = shape
    const normMax = options.rowNormMax ?? Number.POSITIVE_INFINITY
    if (!(normMax > 0)) throw new UsageError('ROW_NORM', `rowNormMax is a number > 0, not ${normMax}`)
    this.#starts = new Int32Array(assignment.length + 1)
    for (let peer = 0; peer < assignment.length; peer++) {
      this.#starts[peer + 1] = this.#starts[peer] + assignment[peer].length
    }
    const count = this.#starts[assignment.length]
    this.#rows = memory.allocate(count * shape.stride)
    this.#labels = memory.allocate(count)
    let next = 0
    for (const indices of assignment) {
      for (let i = 0; i < indices.length; i++) this.#copyRow(memory, data, indices[i], next++, normMax)
    }
  }

  /** Number of shards. */
  get peers(): number {
    return this.#starts.length - 1
  }

  /** Number of rows of shard `peer`. */
  size(peer: number): number {
    return this.#starts[peer + 1] - this.#starts[peer]
  }

  /** Rows of the largest shard. */
  get sizeMax(): number {
    let max = 0
    for (let peer = 0; peer < this.peers; peer++) max = Math.max(max, this.size(peer))
    return max
  }

  /** The rows of shard `peer`: the same object at every call, valid until the next one. */
  at(peer: number): RowRange {
    const start = this.#starts[peer]
    this.#cursor.rows = this.#rows + start * this.shape.stride
    this.#cursor.labels = this.#labels + start
    this.#cursor.count = this.#starts[peer + 1] - start
    return this.#cursor
  }

  /** All rows of all shards. */
  get all(): RowRange {
    return { rows: this.#rows, labels: this.#labels, count: this.#starts[this.peers] }
  }

  #copyRow(memory: Memory, data: LabelledRows, source: number, target: number, normMax: number): void {
    const { features, classes, stride, bias } = this.shape
    const label = data.labels[source]
    if (!(label >= 0 && label < classes) || (source + 1) * features > data.features.length) {
      throw new UsageError(
        'ROW_INVALID',
        `row ${source} has label ${label}, or is beyond the ${data.labels.length} rows`,
      )
    }
    const first = this.#rows + target * stride
    let square = 0
    for (let i = 0; i < features; i++) square += data.features[source * features + i] ** 2
    const factor = square > normMax * normMax ? normMax / Math.sqrt(square) : 1
    for (let i = 0; i < features; i++) memory.float32[first + i] = data.features[source * features + i] * factor
    if (bias >= 0) memory.float32[first + bias] = 1
    memory.int32[this.#labels + target] = label
  }
}

/** Loads rows that belong to nobody in particular, such as a held-out set. */
export function loadRows(memory: Memory, shape: ModelShape, data: LabelledRows, options: ShardOptions = {}): RowRange {
  return new Shards(memory, shape, data, [Int32Array.from(data.labels.keys())], options).all
}
