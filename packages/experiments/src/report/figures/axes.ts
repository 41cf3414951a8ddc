import type { Metric } from '../../trial/trial-result.ts'
import type { CurveAxis } from '../curves.ts'
import { TIME_UNITS, timeUnitOf } from '../format.ts'
import { type AxisRange, costRange } from './axis-range.ts'
import { timeTicks } from './time-ticks.ts'
import type { Axis } from './views.ts'

/** Pixels that the labels of a vertical axis take, and its title. */
const LABELS_WIDTH = 44
export const AXIS_WIDTH: number = LABELS_WIDTH + 22

export const BYTES_LABEL = "format(datum.value, '~s') + 'B'"

/** A vertical axis of the metric. */
export function metricAxis(metric: Metric, range: AxisRange, title: boolean): Axis {
  const extent = { minExtent: LABELS_WIDTH, maxExtent: LABELS_WIDTH, titlePadding: 4, titleLimit: 320 }
  const { axis, ...rest } = plainAxis(title ? metric.label : null, range, numberLabel(range))
  return { ...rest, axis: { ...axis, ...extent } }
}

/** A horizontal axis: its outermost labels stay inside. */
export function horizontalAxis(title: string, range: AxisRange, label: string = numberLabel(range)): Axis {
  const { axis, ...rest } = plainAxis(title, range, label)
  return { ...rest, axis: { ...axis, labelFlush: true, grid: false } }
}

function plainAxis(title: string | null, { type, domain, ticks }: AxisRange, labelExpr: string): Axis {
  const scale: Axis['scale'] = { type, domain: [...domain], nice: false }
  return {
    type: 'quantitative',
    title,
    scale: type === 'log' ? scale : { ...scale, zero: false },
    axis: { values: [...ticks], labelExpr },
  }
}

/** Powers of ten where values differ by orders of magnitude and are small, plain numbers otherwise. */
function numberLabel({ type, domain: [low] }: AxisRange): string {
  return type === 'log' && low < 0.001 ? "format(datum.value, '.0e')" : "format(datum.value, '~g')"
}

/** How the horizontal axis of a curve is named and numbered. */
export interface CostAxis {
  readonly axis: CurveAxis
  /** Of the axis, with its unit. */
  readonly title: string
  /** Values are divided by this before they are drawn. */
  readonly divisor: number
  /** A Vega expression of what ticks say. */
  readonly label: string
}

export function costAxis(axis: CurveAxis, largest: number): CostAxis {
  switch (axis) {
    case 'cycles':
      return { axis, title: 'cycle', divisor: 1, label: "format(datum.value, ',~r')" }
    case 'bytes':
      return { axis, title: 'bytes sent, all peers together', divisor: 1, label: BYTES_LABEL }
    case 'steps':
      return { axis, title: 'rows trained on, all peers together', divisor: 1, label: "format(datum.value, '~s')" }
    case 'time': {
      const { name, ms } = timeUnitOf(largest)
      return { axis, title: `time, ${name}`, divisor: ms, label: "format(datum.value, ',~r')" }
    }
  }
}

/** The axis for costs that have been divided, and what it shows. On a logarithmic one, each time has its own unit. */
export function costScale(
  { axis, title, divisor, label }: CostAxis,
  costs: readonly number[],
  tickCount: number,
): { range: AxisRange; x: Axis } {
  const range = costRange(costs, tickCount)
  if (axis !== 'time' || range.type === 'linear') return { range, x: horizontalAxis(title, range, label) }
  const [low, high] = range.domain
  const ticks = timeTicks(low * divisor, high * divisor, tickCount).map((ms) => ms / divisor)
  return { range: { ...range, ticks }, x: horizontalAxis('time', { ...range, ticks }, timeLabel(divisor)) }
}

/** A Vega expression that says `10 min` or `1 d`. */
function timeLabel(divisor: number): string {
  const ms = `datum.value * ${divisor}`
  return TIME_UNITS.map((unit, i) => {
    const text = `format(${ms} / ${unit.ms}, '.3~r') + ' ${unit.symbol}'`
    return i === TIME_UNITS.length - 1 ? text : `${ms} >= ${0.999 * unit.ms} ? ${text} : `
  }).join('')
}
