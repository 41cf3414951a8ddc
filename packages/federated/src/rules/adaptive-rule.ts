import { type Archive, type Memory, UsageError } from '@hearsay/core'
import { agedBy, type ModelShape } from '@hearsay/learning'
import { checkServerEta } from './averaging-rule.ts'
import type { ServerRule } from './server-rule.ts'

/** The adaptive server optimisers. */
export type AdaptiveKind = 'adam' | 'yogi' | 'adagrad'

/** Options of an {@link AdaptiveRule}. */
export interface AdaptiveOptions {
  /**
   * η_s > 0: about how far a weight moves in a round.
   *
   * @defaultValue 0.1
   */
  readonly serverEta?: number | undefined
  /**
   * β₁ in [0, 1): how much of the mean update of former rounds is kept.
   *
   * @defaultValue 0.9
   */
  readonly beta1?: number | undefined
  /**
   * β₂ in [0, 1), for Adam and Yogi: how much of the second moment of former rounds is kept.
   *
   * @defaultValue 0.99
   */
  readonly beta2?: number | undefined
  /**
   * τ > 0: how little adaptive the rule is; v starts at τ².
   *
   * @defaultValue 0.001
   */
  readonly tau?: number | undefined
}

/**
 * FedAdam, FedYogi and FedAdagrad (Reddi et al. 2021, algorithm 2). With the mean update Δ, m ← β₁m + (1 − β₁)Δ,
 *
 * - Adam: v ← β₂v + (1 − β₂)Δ²,
 * - Yogi: v ← v − (1 − β₂)Δ²·sign(v − Δ²),
 * - Adagrad: v ← v + Δ²,
 *
 * and w ← w + η_s·m/(√v + τ), without a correction of the moments' bias. m and v are float64.
 */
export class AdaptiveRule implements ServerRule {
  readonly #kind: AdaptiveKind
  readonly #memory: Memory
  readonly #eta: number
  readonly #beta1: number
  readonly #beta2: number
  readonly #tau: number
  readonly #first: Float64Array
  readonly #second: Float64Array

  /** @throws {@link UsageError} `SERVER_ETA`, `BETA`, `TAU` when an option is out of its range. */
  constructor(memory: Memory, shape: ModelShape, kind: AdaptiveKind, options: AdaptiveOptions = {}) {
    this.#kind = kind
    this.#memory = memory
    this.#eta = checkServerEta(options.serverEta ?? 0.1)
    this.#beta1 = checkBeta('β₁', options.beta1 ?? 0.9)
    this.#beta2 = checkBeta('β₂', options.beta2 ?? 0.99)
    this.#tau = options.tau ?? 1e-3
    if (!(this.#tau > 0 && Number.isFinite(this.#tau))) {
      throw new UsageError('TAU', `τ is a finite number > 0, not ${options.tau}`)
    }
    this.#first = new Float64Array(shape.words)
    this.#second = new Float64Array(shape.words)
    this.forget()
  }

  apply(model: number, mean: number, age: number, rows: number): number {
    const { float32 } = this.#memory
    const first = this.#first
    for (let i = 0; i < first.length; i++) {
      const delta = float32[mean + i]
      first[i] = this.#beta1 * first[i] + (1 - this.#beta1) * delta
      const second = this.#nextSecond(this.#second[i], delta * delta)
      this.#second[i] = second
      float32[model + i] += (this.#eta * first[i]) / (Math.sqrt(second) + this.#tau)
    }
    return agedBy(age, rows)
  }

  forget(): void {
    this.#first.fill(0)
    this.#second.fill(this.#tau * this.#tau)
  }

  persist(archive: Archive): void {
    archive.array(this.#first)
    archive.array(this.#second)
  }

  #nextSecond(second: number, square: number): number {
    if (this.#kind === 'adagrad') return second + square
    if (this.#kind === 'adam') return this.#beta2 * second + (1 - this.#beta2) * square
    return second - (1 - this.#beta2) * square * Math.sign(second - square)
  }
}

function checkBeta(name: string, beta: number): number {
  if (beta >= 0 && beta < 1) return beta
  throw new UsageError('BETA', `${name} is in [0, 1), not ${beta}`)
}
