import type { Results } from '../results/results.ts'
import type { Distribution, Measurement } from '../trial/trial-result.ts'
import { groupsOf, type Setting } from './groups.ts'
import { average, type Interval, meanInterval } from './statistics/interval.ts'

/** How one contestant ended in one setting. */
export interface Final {
  readonly contestant: string
  readonly setting: Setting
  readonly seeds: readonly number[]
  /** The peers' mean of the metric, over seeds. */
  readonly value: Interval
  /** The same, seed by seed. */
  readonly values: readonly number[]
  /** Over the measured peers: quantiles averaged over seeds, the extremes of all seeds. */
  readonly peers: Omit<Distribution, 'mean' | 'sd'>
  /** The cycles that runs ended at: runs may end early. */
  readonly cycles: { readonly min: number; readonly max: number }
  /** Of a run, averaged over seeds; milliseconds, and totals over all peers. */
  readonly spent: { readonly timeMs: number; readonly messages: number; readonly bytes: number; readonly steps: number }
}

/** The last measurement of every run, by setting and contestant. */
export function finals(results: Results): Final[] {
  return groupsOf(results).map(({ contestant, setting, cells }) => {
    const last = cells.map(({ result }) => result.series[result.series.length - 1])
    const mean = (field: keyof Measurement): number => average(last.map((one) => one[field]))
    const values = last.map((one) => one.mean)
    const cycles = last.map(({ cycle }) => cycle)
    return {
      contestant,
      setting,
      seeds: cells.map(({ seed }) => seed),
      value: meanInterval(values),
      values,
      peers: {
        min: Math.min(...last.map(({ min }) => min)),
        q10: mean('q10'),
        median: mean('median'),
        q90: mean('q90'),
        max: Math.max(...last.map(({ max }) => max)),
      },
      cycles: { min: Math.min(...cycles), max: Math.max(...cycles) },
      spent: { timeMs: mean('timeMs'), messages: mean('messages'), bytes: mean('bytes'), steps: mean('steps') },
    }
  })
}
