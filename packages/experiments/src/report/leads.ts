import type { Results } from '../results/results.ts'
import { CURVE_AXES, type CurveAxis, costsOf, runsAt, spent, tracesOf } from './curves.ts'
import { bySetting, type Group, groupsOf, type Setting } from './groups.ts'
import { type Side, sidesOf } from './sides.ts'
import { type Interval, meanInterval } from './statistics/interval.ts'

/** Who is ahead in one setting along one axis, from the first measurement to what all sides have spent. */
export interface LeadCourse {
  readonly setting: Setting
  readonly axis: CurveAxis
  /** Gossip learning and federated learning where there are runs of both, else all contestants. */
  readonly sides: readonly string[]
  /** Side → its contestants, in the order of the file. */
  readonly members: Readonly<Record<string, readonly string[]>>
  /** Whether leads are told by intervals of differences; where each contestant has one seed, by the bare values. */
  readonly hasIntervals: boolean
  /** Stretches of the axis, ascending. */
  readonly leads: readonly Lead[]
  /** Who is ahead at each point that was compared, ascending; nobody where no difference is shown. */
  readonly points: readonly { readonly x: number; readonly side?: string | undefined }[]
}

/** A stretch of an axis with one leader, or none. */
export interface Lead {
  /**
   * The side that is ahead of all others; absent where no difference is shown. A side is ahead where the 95 %
   * interval of its mean difference to each other side, seed by seed, does not reach 0.
   */
  readonly side?: string | undefined
  /** First and last point where it is so. */
  readonly from: number
  readonly to: number
  /** Points between, both included, and at how many of them it is so. */
  readonly points: number
  readonly shown: number
  /** Where the lead is largest, and the last point. */
  readonly widest: Comparison
  readonly last: Comparison
}

/** The sides after equal cost, each with its contestant that is lowest there, ascending; at least two. */
export interface Comparison {
  readonly x: number
  readonly standings: readonly Standing[]
  /** Second minus first, over the seeds that both have. */
  readonly difference: Interval
}

export interface Standing {
  readonly side: string
  readonly contestant: string
  readonly value: Interval
}

/** Who is ahead, by setting and axis. Axes that fewer than two sides spend anything on are left out. */
export function leadCourses(results: Results): LeadCourse[] {
  return bySetting(groupsOf(results)).flatMap((groups) =>
    CURVE_AXES.flatMap((axis) => courseOf(groups[0].setting, sidesOf(groups), axis) ?? []),
  )
}

function courseOf(setting: Setting, all: readonly Side[], axis: CurveAxis): LeadCourse | undefined {
  const sides = all
    .map(({ name, groups }) => ({ name, groups: groups.filter((group) => spent(group, axis) > 0 && hasValues(group)) }))
    .filter(({ groups }) => groups.length > 0)
  if (sides.length < 2) return undefined
  const groups = sides.flatMap((side) => side.groups)
  const hasIntervals = groups.some(({ cells }) => cells.length > 1)
  const runsAfter = runsOf(groups, axis)
  const told = pointsOf(groups, axis).flatMap((x) => {
    const own = placed(sides, x, runsAfter)
    return own.length < sides.length ? [] : compare(x, own, hasIntervals)
  })
  if (told.length === 0) return undefined
  const points = told.map(({ comparison: { x }, side }) => ({ x, side }))
  const members = sides.map(({ name, groups: own }) => [name, own.map(({ contestant }) => contestant)] as const)
  return {
    ...{ setting, axis, sides: sides.map(({ name }) => name), members: Object.fromEntries(members) },
    ...{ hasIntervals, leads: leadsOf(told), points },
  }
}

/** One that never had any cannot be compared, and does not keep others from it. */
function hasValues({ cells }: Group): boolean {
  return cells.every(({ result }) => result.series.some(({ mean }) => !Number.isNaN(mean)))
}

/** So many points of a curve tell where it crosses another. */
const POINTS_MAX = 64

/** Where contestants were measured, up to the cost that the thriftiest ends at. */
function pointsOf(groups: readonly Group[], axis: CurveAxis): number[] {
  const budget = Math.min(...groups.map((group) => spent(group, axis)))
  const measured = new Set([...groups.flatMap(({ cells }) => costsOf(cells, axis)), budget])
  const inside = [...measured].filter((x) => x > 0 && x <= budget).sort((a, b) => a - b)
  const width = Math.log(budget / inside[0]) / POINTS_MAX
  const bucket = (x: number): number => (width > 0 ? Math.floor(Math.log(x / inside[0]) / width) : 0)
  return inside.filter((x, i) => i === 0 || i === inside.length - 1 || bucket(x) !== bucket(inside[i + 1]))
}

/** The value of each run, by seed. */
type Runs = ReadonlyMap<number, number>

/** The runs of contestants after equal cost; none where a seed was not measured. */
function runsOf(groups: readonly Group[], axis: CurveAxis): (group: Group, x: number) => Runs | undefined {
  const traces = new Map(groups.map((group) => [group, tracesOf(group.cells, axis)]))
  return (group, x) => {
    const values = runsAt(traces.get(group)!, x)
    return values.some(Number.isNaN) ? undefined : new Map(group.cells.map(({ seed }, i) => [seed, values[i]]))
  }
}

interface Placed extends Standing {
  readonly runs: Runs
}

/** The lowest contestant of each side that has a value, ascending. */
function placed(sides: readonly Side[], x: number, runsAfter: (group: Group, x: number) => Runs | undefined): Placed[] {
  const lowest = sides.flatMap(({ name, groups }) => {
    const own = groups.flatMap((group): Placed[] => {
      const runs = runsAfter(group, x)
      if (runs === undefined) return []
      return [{ side: name, contestant: group.contestant, value: meanInterval([...runs.values()]), runs }]
    })
    return own.sort(byMean).slice(0, 1)
  })
  return lowest.sort(byMean)
}

function byMean(a: Standing, b: Standing): number {
  return a.value.mean - b.value.mean
}

interface Told {
  readonly comparison: Comparison
  readonly side: string | undefined
}

/** Differences that are no more than what additions are rounded to. */
const ROUNDING = 1e-12

function compare(x: number, [first, ...others]: readonly Placed[], hasIntervals: boolean): Told {
  const differences = others.map(({ runs }) => differenceOf(runs, first.runs))
  const isAhead = differences.every(({ mean, low }, i) => {
    return (hasIntervals ? low : mean) > ROUNDING * Math.abs(others[i].value.mean)
  })
  const standings = [first, ...others].map(({ side, contestant, value }) => ({ side, contestant, value }))
  return { comparison: { x, standings, difference: differences[0] }, side: isAhead ? first.side : undefined }
}

/** Runs with one seed have the same rows and the same world: what differs is between the contestants. */
function differenceOf(runs: Runs, others: Runs): Interval {
  const shared = [...runs].filter(([seed]) => others.has(seed))
  return meanInterval(shared.map(([seed, value]) => value - others.get(seed)!))
}

function leadsOf(told: readonly Told[]): Lead[] {
  const stretches: Told[][] = []
  for (const one of told) {
    const current = stretches.at(-1)
    if (current?.[0].side === one.side && current !== undefined) current.push(one)
    else stretches.push([one])
  }
  return joined(stretches).map((own) => {
    const [{ side }] = own
    const shown = own.filter((one) => one.side === side).map(({ comparison }) => comparison)
    const last = shown[shown.length - 1]
    const widest = shown.reduce((best, one) => (gapOf(one) > gapOf(best) ? one : best))
    return { side, from: shown[0].x, to: last.x, points: own.length, shown: shown.length, widest, last }
  })
}

/** A lead that is not shown at some points, while nobody else is ahead there, is one. */
function joined(stretches: readonly Told[][]): Told[][] {
  const whole: Told[][] = []
  for (const stretch of stretches) {
    const [before, gap] = whole.slice(-2)
    const goesOn = gap?.[0].side === undefined && stretch[0].side !== undefined && before?.[0].side === stretch[0].side
    if (goesOn) whole.splice(-2, 2, [...before, ...gap, ...stretch])
    else whole.push(stretch)
  }
  return whole
}

function gapOf({ standings: [first, second] }: Comparison): number {
  return second.value.mean - first.value.mean
}
