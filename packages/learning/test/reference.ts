import { type Random, randomStream } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { AgeRule, Creation, LabelledRows, LinearModel, ModelShape } from '../src/index.ts'

export const BACKENDS = ['javascript', 'wasm-simd'] as const

/** A model in float64: one weight vector per output, the bias last, and its age. */
export interface ReferenceModel {
  weights: number[][]
  age: number
}

export interface ReferenceOptions {
  readonly model: LinearModel
  readonly lambda: number
  readonly regulariseBias: boolean
  readonly eta: number
  readonly decay: boolean
  readonly batch: number
  readonly creation: Creation
  readonly merge: 'age-weighted' | 'mean'
  readonly ageRule: AgeRule
  readonly mergeShareMax: number
}

/**
 * Linear learning as the papers write it, in plain float64 and without any economy (Ormándi, Hegedűs, Jelasity 2013,
 * algorithms 2 and 3; Hegedűs, Danner, Jelasity 2021, §2).
 */
export class ReferenceLearner {
  /** Whether a hinge was met so closely that rounding decides on which side of it a row lies. */
  ambiguous = false
  readonly #shape: ModelShape
  readonly #options: ReferenceOptions
  readonly #shards: readonly (readonly { x: number[]; label: number }[])[]

  constructor(shape: ModelShape, data: LabelledRows, assignment: readonly number[][], options: ReferenceOptions) {
    this.#shape = shape
    this.#options = options
    const { features, bias } = shape
    this.#shards = assignment.map((rows) =>
      rows.map((row) => ({
        x: [...data.features.slice(row * features, (row + 1) * features), ...(bias >= 0 ? [1] : [])],
        label: data.labels[row],
      })),
    )
  }

  fresh(): ReferenceModel {
    const { outputs, dimension } = this.#shape
    return { weights: Array.from({ length: outputs }, () => Array<number>(dimension).fill(0)), age: 0 }
  }

  update(peer: number, { weights, age }: ReferenceModel): ReferenceModel {
    const { lambda, eta: eta0, decay, batch, regulariseBias } = this.#options
    const rows = this.#shards[peer]
    let w = weights
    let t = age
    for (let first = 0; first < rows.length; first += batch) {
      const part = rows.slice(first, first + batch)
      t += part.length
      const eta = decay ? eta0 / t : eta0
      const directions = part.map(({ x, label }) => this.#descent(w, x, label))
      w = w.map((output, k) =>
        output.map((weight, i) => {
          const kept = i === this.#shape.bias && !regulariseBias ? weight : (1 - part.length * eta * lambda) * weight
          return part.reduce((sum, { x }, row) => sum + eta * directions[row][k] * x[i], kept)
        }),
      )
    }
    return { weights: w, age: t }
  }

  merge(received: ReferenceModel, partner: ReferenceModel): ReferenceModel {
    const { merge, ageRule, mergeShareMax } = this.#options
    const ages = received.age + partner.age
    const even = merge === 'mean' || ages === 0
    const share = Math.min(even ? 0.5 : received.age / ages, mergeShareMax)
    return {
      weights: received.weights.map((output, k) =>
        output.map((weight, i) => share * weight + (1 - share) * partner.weights[k][i]),
      ),
      age: ageRule === 'sum' ? ages : Math.max(received.age, partner.age),
    }
  }

  create(peer: number, received: ReferenceModel, partner: ReferenceModel): ReferenceModel {
    if (this.#options.creation === 'RW') return this.update(peer, received)
    if (this.#options.creation === 'MU') return this.update(peer, this.merge(received, partner))
    return this.merge(this.update(peer, received), this.update(peer, partner))
  }

  /** −∂loss/∂score of each output. */
  #descent(weights: number[][], x: number[], label: number): number[] {
    const scores = weights.map((output) => output.reduce((sum, weight, i) => sum + weight * x[i], 0))
    if (this.#options.model === 'softmax') {
      const largest = Math.max(...scores)
      const powers = scores.map((score) => Math.exp(score - largest))
      const sum = powers.reduce((total, power) => total + power, 0)
      return powers.map((power, k) => (k === label ? 1 : 0) - power / sum)
    }
    return scores.map((score, k) => {
      const y = label === (scores.length === 1 ? 1 : k) ? 1 : -1
      if (this.#options.model === 'logistic') return y / (1 + Math.exp(y * score))
      if (this.#options.model === 'adaline') return y - score
      this.ambiguous ||= Math.abs(y * score - 1) < 1e-4 * (1 + Math.abs(score))
      return y * score < 1 ? y : 0
    })
  }
}

/** Rows around one centre per class. */
export function clusters(seed: number, rows: number, features: number, classes: number, spread: number): LabelledRows {
  const random = randomStream(seed)
  const centres = Array.from({ length: classes * features }, () => random.normal())
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes)
  const at = (index: number): number => centres[labels[Math.floor(index / features)] * features + (index % features)]
  return {
    features: Float32Array.from({ length: rows * features }, (_, i) => at(i) + spread * random.normal()),
    labels,
  }
}

/** The weights in memory, as the reference holds them. */
export function weightsAt({ memory }: Kernels, shape: ModelShape, model: number): number[][] {
  return Array.from({ length: shape.outputs }, (_, k) => {
    const first = model + k * shape.stride
    return [...memory.float32.slice(first, first + shape.dimension)]
  })
}

/** Writes random numbers to a model in memory, leaving its padding zero; returns them. */
export function randomiseModel(kernels: Kernels, shape: ModelShape, model: number, random: Random): number[][] {
  for (let k = 0; k < shape.outputs; k++) {
    for (let i = 0; i < shape.dimension; i++) kernels.memory.float32[model + k * shape.stride + i] = random.normal()
  }
  return weightsAt(kernels, shape, model)
}
