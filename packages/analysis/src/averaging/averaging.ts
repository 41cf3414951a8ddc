import type { Random } from '@hearsay/core'
import { checkParameter } from '../numeric/check.ts'
import type { PairSelector } from './convergence-factor.ts'

/** What {@link Averaging} takes. */
export interface AveragingOptions {
  /** An integer ≥ 2; even for perfect matchings to be perfect. */
  readonly peers: number
  /** @defaultValue `'sequential'` */
  readonly selector?: PairSelector
  /**
   * Probability that an exchange does not take place, in [0, 1].
   *
   * @defaultValue 0
   */
  readonly linkFailure?: number
}

/** Averaging by pairs among n individuals, cycle by cycle, from normally distributed values. */
export class Averaging {
  /** The peers' estimates. */
  readonly values: Float64Array
  readonly #random: Random
  readonly #selector: PairSelector
  readonly #linkFailure: number
  readonly #order: Int32Array

  /** @throws {@link UsageError} `PARAMETER_INVALID`. */
  constructor({ peers, selector = 'sequential', linkFailure = 0 }: AveragingOptions, random: Random) {
    checkParameter('peers', peers, { min: 2, integer: true })
    checkParameter('linkFailure', linkFailure, { min: 0, max: 1 })
    this.#random = random
    this.#selector = selector
    this.#linkFailure = linkFailure
    this.values = Float64Array.from({ length: peers }, () => random.normal())
    this.#order = Int32Array.from({ length: peers }, (_, peer) => peer)
  }

  /** Σ(x − x̄)²/(n − 1). */
  get variance(): number {
    const { values } = this
    let mean = 0
    for (let i = 0; i < values.length; i++) mean += values[i]
    mean /= values.length
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += (values[i] - mean) * (values[i] - mean)
    return sum / (values.length - 1)
  }

  /** Runs one cycle of n exchanges. */
  cycle(): void {
    if (this.#selector === 'sequential') this.#sequential()
    else if (this.#selector === 'random') this.#pairs()
    else for (let matching = 0; matching < 2; matching++) this.#match()
  }

  #sequential(): void {
    this.#random.shuffle(this.#order)
    for (let i = 0; i < this.#order.length; i++) this.#exchange(this.#order[i], this.#otherThan(this.#order[i]))
  }

  #pairs(): void {
    const peers = this.values.length
    for (let i = 0; i < peers; i++) {
      const first = this.#random.below(peers)
      this.#exchange(first, this.#otherThan(first))
    }
  }

  #match(): void {
    this.#random.shuffle(this.#order)
    for (let i = 0; i + 1 < this.#order.length; i += 2) this.#exchange(this.#order[i], this.#order[i + 1])
  }

  #otherThan(peer: number): number {
    const drawn = this.#random.below(this.values.length - 1)
    return drawn < peer ? drawn : drawn + 1
  }

  #exchange(a: number, b: number): void {
    if (this.#linkFailure > 0 && this.#random.float64() < this.#linkFailure) return
    const mean = (this.values[a] + this.values[b]) / 2
    this.values[a] = mean
    this.values[b] = mean
  }
}
