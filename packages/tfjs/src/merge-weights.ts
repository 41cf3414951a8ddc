import { mergeGapOf, type MergeRuleOptions } from '@hearsay/learning'

/** The weight that each of two models has in their average, by their ages; see `MergeRule` of `@hearsay/learning`. */
export class MergeWeights {
  readonly #isMean: boolean
  readonly #gap: number

  /** @throws {@link UsageError} `MERGE_RULE`. */
  constructor(options: MergeRuleOptions) {
    this.#isMean = options.merge === 'mean'
    this.#gap = mergeGapOf(options)
  }

  /** The weight, ≥ 0, of a model of age `age` beside one of age `other`. */
  of(age: number, other: number): number {
    if (other - age > this.#gap) return 0
    return this.#isMean ? 1 : age
  }
}
