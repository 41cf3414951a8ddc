import type { CellResult, Results } from '../results/results.ts'
import type { Measurement } from '../trial/trial-result.ts'
import { type Group, groupsOf, type Setting } from './groups.ts'
import { type Interval, meanInterval } from './statistics/interval.ts'

/** What a curve runs over: cycles, milliseconds, bytes sent by all, or rows trained on by all. */
export type CurveAxis = 'cycles' | 'time' | 'bytes' | 'steps'

export const CURVE_AXES: readonly CurveAxis[] = ['cycles', 'bytes', 'time', 'steps']

export interface CurveOptions {
  readonly x: CurveAxis
  /** Only the settings with these levels. Default: all. */
  readonly levels?: Readonly<Record<string, string>> | undefined
}

/** The metric of one contestant in one setting: the peers' mean, averaged over seeds. */
export interface Curve {
  readonly contestant: string
  readonly setting: Setting
  readonly seeds: readonly number[]
  /** Ascending by `x`; one point where a contestant spends nothing on this axis. */
  readonly points: readonly CurvePoint[]
}

export interface CurvePoint extends Interval {
  readonly x: number
}

const FIELDS = { cycles: 'cycle', time: 'timeMs', bytes: 'bytes', steps: 'steps' } as const satisfies Record<
  CurveAxis,
  keyof Measurement
>

/**
 * Curves of the metric with their confidence bands over seeds.
 *
 * Over cycles, a point is the mean over the seeds that measured that cycle, all of them. Over bytes, time and steps,
 * seeds reach different values at the same cycle; each seed's curve is interpolated between its measurements, so that a
 * point compares runs that have spent exactly as much, and the curve ends where the first seed ends. The points lie
 * where the seeds are on average when they measure.
 */
export function curves(results: Results, { x, levels = {} }: CurveOptions): Curve[] {
  const wanted = Object.entries(levels)
  return groupsOf(results)
    .filter(({ setting }) => wanted.every(([axis, level]) => setting.levels[axis] === level))
    .map(({ contestant, setting, cells }) => ({
      contestant,
      setting,
      seeds: cells.map(({ seed }) => seed),
      points: costsOf(cells, x).map((at) => ({ x: at, ...valueAt(cells, x, at) })),
    }))
}

/** The metric when runs have spent `at` on an axis. Seeds that did not get so far, or began later, are left out. */
export function valueAt(cells: readonly CellResult[], axis: CurveAxis, at: number): Interval {
  return valueOf(tracesOf(cells, axis), at)
}

/** The same for runs whose traces are known. */
export function valueOf(traces: readonly Trace[], at: number): Interval {
  return meanInterval(runsAt(traces, at).filter((value) => !Number.isNaN(value)))
}

/** The same run by run: NaN where it did not get so far, or began later. */
export function runsAt(traces: readonly Trace[], at: number): number[] {
  return traces.map((trace) => interpolate(trace, at))
}

/** The metric of each run by what it has spent. */
export function tracesOf(cells: readonly CellResult[], axis: CurveAxis): Trace[] {
  return cells.map(({ result }) => traceOf(result.series, axis))
}

/** What a group has spent on an axis at its end, at the seed that spent least. */
export function spent({ cells }: Group, axis: CurveAxis): number {
  return Math.min(...cells.map(({ result }) => result.series.at(-1)?.[FIELDS[axis]] ?? 0))
}

/** Of one run. */
export interface Trace {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

/** Strictly ascending: where nothing was spent between two measurements, the later one counts. */
function traceOf(series: readonly Measurement[], axis: CurveAxis): Trace {
  const kept = series.filter((one, i) => i === series.length - 1 || series[i + 1][FIELDS[axis]] > one[FIELDS[axis]])
  return { xs: kept.map((one) => one[FIELDS[axis]]), ys: kept.map(({ mean }) => mean) }
}

/** NaN outside of what was measured. */
function interpolate({ xs, ys }: Trace, at: number): number {
  const next = xs.findIndex((x) => x >= at)
  if (next < 0) return Number.NaN
  if (xs[next] === at) return ys[next]
  if (next === 0) return Number.NaN
  const share = (at - xs[next - 1]) / (xs[next] - xs[next - 1])
  return ys[next - 1] + share * (ys[next] - ys[next - 1])
}

/** Where the points of a curve lie: what runs have spent, on average, when they are measured. */
export function costsOf(cells: readonly CellResult[], axis: CurveAxis): number[] {
  const series = cells.map(({ result }) => result.series)
  const others = series.slice(1).map((one) => new Set(one.map(({ cycle }) => cycle)))
  const cycles = series[0].map(({ cycle }) => cycle).filter((cycle) => others.every((one) => one.has(cycle)))
  if (axis === 'cycles') return cycles
  const traces = series.map((one) => traceOf(one, axis))
  const first = Math.max(...traces.map(({ xs }) => xs[0]))
  const last = Math.min(...traces.map(({ xs }) => xs[xs.length - 1]))
  const inside = cycles.map((cycle) => {
    const reached = series.map((one) => one.find((measured) => measured.cycle === cycle)?.[FIELDS[axis]] ?? 0)
    return reached.reduce((sum, value) => sum + value, 0) / reached.length
  })
  const points = [first, ...inside.filter((x) => x > first && x < last), last]
  return first > last ? [] : [...new Set(points)].sort((a, b) => a - b)
}
