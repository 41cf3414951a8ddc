import type { Results } from '../results/results.ts'
import type { Distribution } from '../trial/trial-result.ts'
import { groupsOf, type Setting } from './groups.ts'
import { average } from './statistics/interval.ts'

/** How the peers of one contestant differ among each other in one setting. */
export interface SpreadCurve {
  readonly contestant: string
  readonly setting: Setting
  /** The cycles that every seed measured, ascending. */
  readonly points: readonly SpreadPoint[]
}

/** Of the measured peers after a cycle: each figure is averaged over seeds. */
export interface SpreadPoint extends Omit<Distribution, 'mean' | 'sd'> {
  readonly cycle: number
}

/** Quantiles over the peers, by setting and contestant. */
export function spread(results: Results): SpreadCurve[] {
  return groupsOf(results).map(({ contestant, setting, cells }) => {
    const byCycle = cells.map(({ result }) => new Map(result.series.map((one) => [one.cycle, one])))
    const points = [...byCycle[0].keys()]
      .filter((cycle) => byCycle.every((one) => one.has(cycle)))
      .sort((a, b) => a - b)
      .map((cycle) => {
        const mean = (field: keyof SpreadPoint): number => average(byCycle.map((one) => one.get(cycle)![field]))
        return { cycle, min: mean('min'), q10: mean('q10'), median: mean('median'), q90: mean('q90'), max: mean('max') }
      })
    return { contestant, setting, points }
  })
}
