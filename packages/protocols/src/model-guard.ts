import { type Guard, type Message, type Refusal, UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import { AGE_MAX, type ModelShape } from '@hearsay/learning'
import { MODEL } from './gossip-learning.ts'

/** What an honest model can be, in one run. */
export interface ModelGuardOptions {
  readonly kernels: Kernels
  readonly shape: ModelShape
  /** Δ in milliseconds, > 0: what a cycle lasts. */
  readonly periodMs: number
  /** U: the most rows that one update trains on, over all peers of the run, ≥ 1. */
  readonly updatesPerMerge: number
  /** The largest norm of an honest model of a given age; see `normBound` of `@hearsay/learning`. May be ∞. */
  readonly normMax: (age: number) => number
  /**
   * How much faster than one merge a cycle ages may grow along a chain of merges.
   *
   * @defaultValue 4.32
   */
  readonly growth?: number
}

/**
 * The guard at the entrance of gossip learning. Ages and weights are claims of strangers: since the merge keeps the
 * larger age, one liar would spread its age to everybody and stop their learning, so an age is held against what an
 * honest chain of merges could have reached since the run's start: growth · U · (c + 2) after c cycles.
 */
export class ModelGuard implements Guard {
  readonly #options: ModelGuardOptions
  readonly #growth: number

  constructor(options: ModelGuardOptions) {
    this.#options = options
    this.#growth = options.growth ?? 4.32
    if (!(options.periodMs > 0) || !(options.updatesPerMerge >= 1) || !(this.#growth > 0)) {
      throw new UsageError('MODEL_GUARD', 'a model guard needs periodMs > 0, updatesPerMerge ≥ 1 and growth > 0')
    }
  }

  /** The largest plausible age at `nowMs` milliseconds after the run's start. */
  ageMax(nowMs: number): number {
    const cycles = Math.max(0, nowMs) / this.#options.periodMs
    return Math.min(this.#growth * this.#options.updatesPerMerge * (cycles + 2), AGE_MAX)
  }

  inspect(message: Message, nowMs: number): Refusal | undefined {
    const { kernels, shape, normMax } = this.#options
    if (message.kind !== MODEL) return 'kind'
    if (message.length !== shape.words) return 'dimension'
    if (!Number.isSafeInteger(message.stamp) || message.stamp < 0) return 'age-invalid'
    if (!(message.stamp <= this.ageMax(nowMs))) return 'age-implausible'
    const norm = kernels.norm(message.offset, message.length)
    if (!Number.isFinite(norm)) return 'not-finite'
    if (norm > normMax(message.stamp)) return 'norm'
    return undefined
  }
}
