import { UsageError } from '@hearsay/core'
import type { AgeRule } from './ages.ts'

/**
 * How two models of ages t₁ and t₂ are averaged.
 *
 * - `age-weighted`: (t₁w₁ + t₂w₂)/(t₁ + t₂) (Hegedűs, Danner, Jelasity 2021).
 * - `mean`: (w₁ + w₂)/2 (Ormándi, Hegedűs, Jelasity 2013).
 * - `limited`: the older one as it is where the ages differ by more than a gap L, otherwise `age-weighted` (Danner,
 *   Hegedűs, Jelasity 2023): a model that has hardly been trained yet cannot pull a good one back.
 */
export type MergeRule = 'age-weighted' | 'mean' | 'limited'

/** All of {@link MergeRule}. */
export const MERGE_RULES: readonly MergeRule[] = ['age-weighted', 'mean', 'limited']

/** A merge rule with what it needs. */
export interface MergeRuleOptions {
  /** @defaultValue 'age-weighted' */
  readonly merge?: MergeRule
  /**
   * L, in rows: the largest difference of ages at which the `limited` rule averages, ≥ 0. It needs one; no other rule
   * takes one.
   */
  readonly mergeGap?: number
  /**
   * The age of a merged model; the `limited` rule needs `max`, since a summed age does not tell which model is older.
   *
   * @defaultValue 'max'
   */
  readonly ageRule?: AgeRule
}

/** Why the options of a merge rule contradict each other, or are out of range; `undefined` where they do not. */
export function mergeRuleProblem({ merge, mergeGap, ageRule }: MergeRuleOptions): string | undefined {
  if (merge !== 'limited') {
    if (mergeGap === undefined) return undefined
    return `only the merge rule 'limited' has a gap of ages, not '${merge ?? 'age-weighted'}'`
  }
  if (ageRule === 'sum') return "the merge rule 'limited' compares ages: it needs the age rule 'max', not 'sum'"
  if (mergeGap !== undefined && mergeGap >= 0) return undefined
  return `the merge rule 'limited' needs a gap of ages in rows, ≥ 0, not ${mergeGap}`
}

/**
 * The difference of ages above which the older model is kept as it is: ∞ for rules that always average.
 *
 * @throws {@link UsageError} `MERGE_RULE` where {@link mergeRuleProblem} finds one.
 */
export function mergeGapOf(options: MergeRuleOptions): number {
  const problem = mergeRuleProblem(options)
  if (problem !== undefined) throw new UsageError('MERGE_RULE', problem)
  return options.mergeGap ?? Number.POSITIVE_INFINITY
}
