import type { Results } from '../results/results.ts'
import { bySetting, type Group, groupsOf, type Setting } from './groups.ts'
import { type Interval, meanInterval } from './statistics/interval.ts'

/** How far contestants of one setting are after a few cycles: their curves in numbers. */
export interface Milestones {
  readonly setting: Setting
  /** Ascending; every run of the setting was measured after each. */
  readonly cycles: readonly number[]
  /** In the order of the file, with a value for each of the cycles. */
  readonly rows: readonly { readonly contestant: string; readonly values: readonly Interval[] }[]
}

/** As many cycles are all shown. */
const SHOWN_MAX = 7

/**
 * The metric of each contestant by cycle, over seeds: at all measured cycles where they are few, else at about two a decade,
 * and at the last. Settings without a cycle that all runs were measured after are left out.
 */
export function milestones(results: Results): Milestones[] {
  return bySetting(groupsOf(results)).flatMap((groups) => {
    const cycles = chosen(sharedCycles(groups))
    if (cycles.length === 0) return []
    const rows = groups.map(({ contestant, cells }) => ({
      contestant,
      values: cycles.map((cycle) =>
        meanInterval(cells.map(({ result }) => result.series.find((one) => one.cycle === cycle)?.mean ?? Number.NaN)),
      ),
    }))
    return [{ setting: groups[0].setting, cycles, rows }]
  })
}

function sharedCycles(groups: readonly Group[]): number[] {
  const [first, ...others] = groups
    .flatMap(({ cells }) => cells)
    .map(({ result }) => result.series.map(({ cycle }) => cycle))
  const measured = others.map((cycles) => new Set(cycles))
  return first.filter((cycle) => measured.every((cycles) => cycles.has(cycle)))
}

/** Those next to 1, 3, 10, 30 … */
function chosen(cycles: readonly number[]): readonly number[] {
  if (cycles.length <= SHOWN_MAX) return cycles
  const last = cycles[cycles.length - 1]
  const wanted = [last]
  for (let decade = 1; decade <= last; decade *= 10) wanted.push(decade, 3 * decade)
  const nearest = wanted.map((cycle) =>
    cycles.reduce((best, one) => (apart(one, cycle) < apart(best, cycle) ? one : best)),
  )
  return [...new Set(nearest)].sort((a, b) => a - b)
}

/** By which factor two cycles differ. */
function apart(a: number, b: number): number {
  return a < b ? b / a : a / b
}
