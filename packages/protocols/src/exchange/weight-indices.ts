import type { ModelFormat } from './model-format.ts'

/** Word of each weight within a model: weight i is number i mod dimension of output ⌊i/dimension⌋. */
export function weightIndices({ shape, parameters }: ModelFormat): Int32Array {
  const indices = new Int32Array(parameters)
  for (let i = 0; i < parameters; i++) {
    indices[i] = Math.floor(i / shape.dimension) * shape.stride + (i % shape.dimension)
  }
  return indices
}

/** The words of each part of a partitioned model, part after part: part j holds the weights i with i mod S = j. */
export class PartIndices {
  /** Indices of part j start at `starts[j]`. */
  readonly starts: Int32Array
  readonly indices: Int32Array

  constructor(format: ModelFormat) {
    const whole = weightIndices(format)
    this.starts = new Int32Array(format.parts + 1)
    this.indices = new Int32Array(whole.length)
    let next = 0
    for (let part = 0; part < format.parts; part++) {
      this.starts[part] = next
      for (let i = part; i < whole.length; i += format.parts) this.indices[next++] = whole[i]
    }
    this.starts[format.parts] = next
  }
}

const TWO_POW_MINUS_32 = 2 ** -32

/**
 * The random subset of weights that a seed names: the first n of all weights after as many steps of a shuffle (Fisher
 * and Yates), where step k, from 0, swaps weights k and k + ⌊u·(d − k)/2³²⌋ for the k-th draw u. Draw k is the finaliser of
 * MurmurHash3 (Appleby) applied to seed + (k + 1)·9e3779b9₁₆, in 32 bits. Any peer that knows seed, n and d gets the same.
 */
export class SubsetIndices {
  /** Words of the subset that was selected last. */
  readonly indices: Int32Array
  /** All weights, in order between two calls. */
  readonly #all: Int32Array
  readonly #swaps: Int32Array

  constructor(format: ModelFormat) {
    const count = format.count(0)
    this.#all = weightIndices(format)
    this.#swaps = new Int32Array(count)
    this.indices = new Int32Array(count)
  }

  /** @param seed - An integer in 0 … 2³² − 1. */
  select(seed: number): void {
    const all = this.#all
    const { length } = this.indices
    for (let k = 0; k < length; k++) {
      const other = k + Math.floor(draw(seed, k) * (all.length - k) * TWO_POW_MINUS_32)
      this.#swaps[k] = other
      this.indices[k] = all[other]
      all[other] = all[k]
      all[k] = this.indices[k]
    }
    for (let k = length - 1; k >= 0; k--) {
      const other = this.#swaps[k]
      const swapped = all[k]
      all[k] = all[other]
      all[other] = swapped
    }
  }
}

function draw(seed: number, k: number): number {
  let hash = (seed + Math.imul(k + 1, 0x9e3779b9)) | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
