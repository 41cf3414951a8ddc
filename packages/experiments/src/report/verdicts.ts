import type { Claim, ValueAt } from '../experiment/claim.ts'
import type { Results } from '../results/results.ts'
import { formatValue } from './format.ts'
import { groupsOf } from './groups.ts'
import { type Interval, meanInterval, overlap } from './statistics/interval.ts'

/** A claim, held against the results. */
export interface Verdict {
  readonly claim: Claim
  /** `undecided`: the runs that it is about do not suffice to tell, or some of them are missing. */
  readonly outcome: 'holds' | 'fails' | 'undecided'
  /** The numbers that it follows from, or what is missing. */
  readonly because: string
  /** The values that the claim is about, in its order. */
  readonly values: readonly Interval[]
}

/** A verdict on each claim of the experiment, in its order. */
export function verdicts(results: Results): Verdict[] {
  return results.manifest.experiment.claims.map((claim) => judge(claim, results))
}

function judge(claim: Claim, results: Results): Verdict {
  const { check } = claim
  const places = check.kind === 'less' ? [check.value, check.than] : placesOf(check)
  const found = places.map((place) => measured(place, results))
  const values = found.map(({ values: own }) => meanInterval(own))
  const missing = found.flatMap(({ problem }) => problem ?? [])
  if (missing.length > 0) return { claim, outcome: 'undecided', because: missing.join('; '), values }
  const { holds, because } = decide(check, values)
  const partial = found.flatMap((one) => one.partial ?? [])
  if (partial.length > 0) {
    const trend = holds === undefined ? '' : holds ? 'so far it holds: ' : 'so far it does not hold: '
    return { claim, outcome: 'undecided', because: [`${trend}${because}`, ...partial].join('; '), values }
  }
  return { claim, outcome: holds === undefined ? 'undecided' : holds ? 'holds' : 'fails', because, values }
}

function placesOf(check: Exclude<Claim['check'], { kind: 'less' }>): ValueAt[] {
  return check.kind === 'close' ? [check.value, check.to] : [check.value]
}

interface Found {
  readonly values: readonly number[]
  /** Why there is no value. */
  readonly problem?: string
  /** The seeds that it lacks. */
  readonly partial?: string
}

function measured({ contestant, where, cycle }: ValueAt, results: Results): Found {
  const matches = (levels: Readonly<Record<string, string>>): boolean =>
    Object.entries(where).every(([axis, level]) => levels[axis] === level)
  const groups = groupsOf(results).filter((group) => group.contestant === contestant && matches(group.setting.levels))
  const name = [contestant, ...Object.values(where)].join(', ')
  const all = results.manifest.cells.filter((cell) => cell.contestant === contestant && matches(cell.levels)).length
  if (all === 0) return { values: [], problem: `${name} is not part of the experiment` }
  if (groups.length === 0) return { values: [], problem: `${name} has not been run` }
  if (groups.length > 1)
    return { values: [], problem: `${name} names ${groups.length} settings: name a level of each axis` }
  const { cells } = groups[0]
  const values = cells.flatMap(({ result }) => result.series.find((one) => one.cycle === cycle)?.mean ?? [])
  if (values.length < cells.length) {
    return { values, problem: `${name} was measured at cycle ${cycle} in ${values.length} of ${cells.length} runs` }
  }
  return values.length < all ? { values, partial: `${name}: ${values.length} of ${all} seeds so far` } : { values }
}

interface Decision {
  /** Undefined: it cannot be told. */
  readonly holds: boolean | undefined
  readonly because: string
}

function decide(check: Claim['check'], [first, second]: readonly Interval[]): Decision {
  switch (check.kind) {
    case 'less':
      return isLess(first, second, check.by ?? 0)
    case 'range': {
      const { mean } = first
      const range = `${formatValue(check.min)} … ${formatValue(check.max)}`
      return { holds: mean >= check.min && mean <= check.max, because: `${describe(first)}; asked for ${range}` }
    }
    case 'close': {
      const difference = Math.abs(first.mean - second.mean)
      const because = `${describe(first)} and ${describe(second)} differ by ${formatValue(difference)}; allowed ${formatValue(check.within)}`
      return { holds: difference <= check.within, because }
    }
  }
}

function isLess(first: Interval, second: Interval, by: number): Decision {
  const difference = second.mean - first.mean
  const numbers = `${describe(first)} against ${describe(second)}`
  const asked = by > 0 ? `, ${formatValue(by)} asked for` : ''
  const overlapping = overlap(first, second)
  if (difference <= 0) return { holds: false, because: `${numbers}: not lower` }
  if (difference < by) return { holds: false, because: `${numbers}: lower by ${formatValue(difference)}${asked}` }
  if (overlapping === undefined) return { holds: undefined, because: `${numbers}: intervals need two seeds` }
  const verb = overlapping ? 'the intervals overlap' : 'the intervals do not overlap'
  return { holds: !overlapping, because: `${numbers}: lower by ${formatValue(difference)}${asked}; ${verb}` }
}

function describe({ mean, low, high }: Interval): string {
  return Number.isNaN(low) ? formatValue(mean) : `${formatValue(mean)} (${formatValue(low)} … ${formatValue(high)})`
}
