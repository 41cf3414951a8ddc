import type { Metric } from '../../trial/trial-result.ts'
import type { CurveAxis } from '../curves.ts'
import { timeUnitOf } from '../format.ts'
import type { AxisRange } from './axis-range.ts'
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
      return { title: 'cycle', divisor: 1, label: "format(datum.value, ',~r')" }
    case 'bytes':
      return { title: 'bytes sent, all peers together', divisor: 1, label: BYTES_LABEL }
    case 'steps':
      return { title: 'rows trained on, all peers together', divisor: 1, label: "format(datum.value, '~s')" }
    case 'time': {
      const { name, ms } = timeUnitOf(largest)
      return { title: `time, ${name}`, divisor: ms, label: "format(datum.value, ',~r')" }
    }
  }
}
