import { alignWords } from '@hearsay/core'
import fc from 'fast-check'
import { createKernels, type Kernels, type PassPlan, type RowRange } from '../src/index.ts'

export const BACKENDS = ['wasm-simd', 'javascript'] as const
export type Backend = (typeof BACKENDS)[number]

const WORDS = 1 << 16

/** One region of a kernel's memory, cleared and filled anew for each example of a property. */
export class Workspace {
  readonly kernels: Kernels
  readonly #first: number
  #next: number

  constructor(backend: Backend) {
    this.kernels = createKernels({ backend })
    this.#first = this.kernels.memory.allocate(WORDS)
    this.#next = this.#first
  }

  clear(): this {
    this.kernels.memory.float32.fill(0, this.#first, this.#next)
    this.#next = this.#first
    return this
  }

  vector(values: readonly number[]): number {
    const offset = this.#reserve(values.length)
    this.kernels.memory.float32.set(values, offset)
    return offset
  }

  /** Rows and labels; the bias word, if any, is part of the rows given. */
  rows(rows: readonly (readonly number[])[], labels: readonly number[], stride: number): RowRange {
    const first = this.#reserve(rows.length * stride)
    rows.forEach((row, i) => this.kernels.memory.float32.set(row, first + i * stride))
    const labelsAt = this.#reserve(labels.length)
    this.kernels.memory.int32.set(labels, labelsAt)
    return { rows: first, labels: labelsAt, count: rows.length }
  }

  /** A copy of `length` words, or of the whole vector with its padding. */
  read(offset: number, length: number): number[] {
    return [...this.kernels.memory.float32.subarray(offset, offset + length)]
  }

  padding(offset: number, length: number): number[] {
    return this.read(offset + length, alignWords(length) - length)
  }

  #reserve(words: number): number {
    const offset = this.#next
    this.#next += alignWords(words)
    if (this.#next > this.#first + WORDS) throw new Error('the workspace is too small for this example')
    return offset
  }
}

/** Multiples of 2⁻⁸ in [−4, 4]: exact in float32, and without subnormal products. */
const component: fc.Arbitrary<number> = fc.integer({ min: -1024, max: 1024 }).map((i) => i / 256)

export function vectors(count: number, lengthMax: number): fc.Arbitrary<number[][]> {
  return fc
    .integer({ min: 0, max: lengthMax })
    .chain((length) => fc.array(exactly(component, length), { minLength: count, maxLength: count }))
}

export function exactly<T>(arbitrary: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { minLength: length, maxLength: length })
}

/** Any finite float32. */
export const finite: fc.Arbitrary<number> = fc.float({ noNaN: true, noDefaultInfinity: true })

export interface Problem {
  readonly plan: PassPlan
  readonly rows: number[][]
  readonly labels: number[]
  readonly model: number[]
  readonly age: number
}

/**
 * A small learning problem whose steps are contractions, so that roundings do not grow from step to step: with at most
 * 24 features in [−1, 1] and 9 rows, η·Σ‖x‖² stays below 1.
 */
export function problems(classes: number, outputs: number): fc.Arbitrary<Problem> {
  return fc
    .record({ features: fc.integer({ min: 0, max: 24 }), hasBias: fc.boolean(), count: fc.integer({ min: 0, max: 9 }) })
    .chain(({ features, hasBias, count }) => {
      const stride = alignWords(features + (hasBias ? 1 : 0))
      const unit = fc.integer({ min: -256, max: 256 }).map((i) => i / 256)
      const row = exactly(unit, features).map((x) => (hasBias ? [...x, 1] : x))
      return fc.record({
        plan: fc.record({
          stride: fc.constant(stride),
          bias: fc.constant(hasBias ? features : -1),
          lambda: fc.integer({ min: 0, max: 100 }).map((i) => i / 100),
          eta: fc.integer({ min: 1, max: 16 }).map((i) => i / 4096),
          decay: fc.boolean(),
          batch: fc.integer({ min: 1, max: 5 }),
        }),
        rows: exactly(row, count),
        labels: exactly(fc.integer({ min: 0, max: classes - 1 }), count),
        model: exactly(
          exactly(unit, features + (hasBias ? 1 : 0)).map((w) => [...w, ...Array(stride - w.length).fill(0)]),
          outputs,
        ).map((models) => models.flat()),
        age: fc.integer({ min: 0, max: 1000 }),
      })
    })
}
