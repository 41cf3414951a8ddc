import type { Results } from '../results/results.ts'
import { distributionOf } from '../trial/distribution.ts'
import type { Distribution, Measurement, TrialResult } from '../trial/trial-result.ts'
import { groupsOf, type Setting } from './groups.ts'
import { hasOneModel } from './sides.ts'
import { average, type Interval, meanInterval } from './statistics/interval.ts'

/** How one contestant ended in one setting. */
export interface Final {
  readonly contestant: string
  readonly setting: Setting
  readonly seeds: readonly number[]
  /** The mean of the metric over the measured peers, over seeds. */
  readonly value: Interval
  /** The same, seed by seed. */
  readonly values: readonly number[]
  /** How many peers were measured then, at the seed with the fewest and the most, and the most peers that a run has. */
  readonly measured: { readonly min: number; readonly max: number; readonly of: number }
  /** Quantiles and extremes over the peers within a run, averaged over seeds: of all peers that count, not of a sample. */
  readonly peers: Spread
  /** Whether all peers predict with one model, so that they do not differ. */
  readonly oneModel: boolean
  /** The cycles that runs ended at: runs may end early. */
  readonly cycles: { readonly min: number; readonly max: number }
  /** Of a run, averaged over seeds; milliseconds, and totals over all peers. */
  readonly spent: { readonly timeMs: number; readonly messages: number; readonly bytes: number; readonly steps: number }
}

type Spread = Omit<Distribution, 'mean' | 'sd'>

/** The last measurement of every run, by setting and contestant. */
export function finals(results: Results): Final[] {
  return groupsOf(results).map((group) => {
    const { contestant, setting, cells } = group
    const last = cells.map(({ result }) => result.series[result.series.length - 1])
    const mean = (field: keyof Measurement): number => average(last.map((one) => one[field]))
    const values = last.map((one) => one.mean)
    const cycles = last.map(({ cycle }) => cycle)
    const counts = last.map(({ measured }) => measured)
    return {
      contestant,
      setting,
      seeds: cells.map(({ seed }) => seed),
      value: meanInterval(values),
      values,
      measured: {
        ...{ min: Math.min(...counts), max: Math.max(...counts) },
        of: Math.max(...cells.map(({ result }) => result.peers.length)),
      },
      peers: averageSpread(cells.map(({ result }) => spreadAtEnd(result))),
      oneModel: hasOneModel(group),
      cycles: { min: Math.min(...cycles), max: Math.max(...cycles) },
      spent: { timeMs: mean('timeMs'), messages: mean('messages'), bytes: mean('bytes'), steps: mean('steps') },
    }
  })
}

/**
 * A simulated run has a value of every peer that counts at its end, taken right after the last measurement, which may be of a
 * sample. Over a network the peers' own values may be older than that: there the measurement stands.
 */
function spreadAtEnd({ series, peers, traceHash }: TrialResult): Spread {
  const last = series[series.length - 1]
  const all = distributionOf(peers.map(({ value }) => value))
  return traceHash === '' || all.measured < last.measured ? last : all
}

function averageSpread(runs: readonly Spread[]): Spread {
  const mean = (field: keyof Spread): number => average(runs.map((one) => one[field]))
  return { min: mean('min'), q10: mean('q10'), median: mean('median'), q90: mean('q90'), max: mean('max') }
}
