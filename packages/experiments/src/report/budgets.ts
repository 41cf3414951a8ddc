import type { Results } from '../results/results.ts'
import { CURVE_AXES, type CurveAxis, spent, valueAt } from './curves.ts'
import { bySetting, groupsOf, type Setting } from './groups.ts'
import type { Interval } from './statistics/interval.ts'

/** Contestants compared when all of them have spent the same. */
export interface EqualBudget {
  readonly setting: Setting
  readonly axis: CurveAxis
  /** The most that every contestant has spent that spends anything. */
  readonly budget: number
  /** In the order of the file. */
  readonly entries: readonly BudgetEntry[]
}

export interface BudgetEntry {
  readonly contestant: string
  readonly value: Interval
  /** Whether the contestant spends anything on this axis; if not, its value is the one that it ends with. */
  readonly spends: boolean
}

/** For each setting and axis, the metric at equal cost. Axes that nobody spends anything on are left out. */
export function equalBudgets(results: Results): EqualBudget[] {
  return bySetting(groupsOf(results)).flatMap((groups) =>
    CURVE_AXES.flatMap((axis) => {
      const spending = groups.map((group) => spent(group, axis)).filter((amount) => amount > 0)
      if (spending.length === 0) return []
      const budget = Math.min(...spending)
      const entries = groups.map((group) => {
        const amount = spent(group, axis)
        const { contestant, cells } = group
        return { contestant, spends: amount > 0, value: valueAt(cells, axis, amount > 0 ? budget : amount) }
      })
      return [{ setting: groups[0].setting, axis, budget, entries }]
    }),
  )
}
