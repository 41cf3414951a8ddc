import type { Metric } from '../../trial/trial-result.ts'
import type { Curve } from '../curves.ts'
import type { Setting } from '../groups.ts'
import { AXIS_WIDTH, type CostAxis, costScale, metricAxis } from './axes.ts'
import { type AxisRange, positionOf } from './axis-range.ts'
import { contestantEncoding } from './contestant-encoding.ts'
import { type PublishedValue, publishedLayers } from './published-values.ts'
import type { Panel, PanelSize } from './views.ts'

export const CURVES_LEFT: number = AXIS_WIDTH

export interface CurvePanelContent {
  /** Above it. */
  readonly title: string
  readonly setting: Setting
  readonly curves: readonly Curve[]
  readonly published: readonly PublishedValue[]
  readonly contestants: readonly string[]
  readonly metric: Metric
  readonly cost: CostAxis
  /** Of the metric, for all panels of a figure. */
  readonly values: AxisRange
  /** Whether the vertical axis has a title. */
  readonly first: boolean
}

interface Row {
  readonly contestant: string
  readonly x: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Points of a curve nearer than this, in pixels, are drawn as one. */
const PIXELS_BETWEEN = 2.5
const MARKERS = 6
/** What a number on the horizontal axis takes, in pixels. */
const TICK_WIDTH = 55

/** Curves of one setting over one axis, with their bands and what has been published. */
export function curvePanel(content: CurvePanelContent, size: PanelSize): Panel {
  const { curves, contestants, metric, cost, values, first, title, setting, published } = content
  const spent = curves.flatMap(({ points }) => points.map(({ x }) => x / cost.divisor))
  const { range, x } = costScale(cost, spent, Math.max(3, Math.floor(size.width / TICK_WIDTH)))
  const y = metricAxis(metric, values, first)
  const rows = curves.map((curve) => rowsOf(curve, cost.divisor, range, values, size.width))
  const { color, strokeDash, shape } = contestantEncoding(contestants)
  const at = { ...x, field: 'x' }
  const lines = rows.flat()
  const bands = lines.filter(({ low }) => !Number.isNaN(low))
  return {
    title,
    layers: [
      {
        data: { values: bands },
        mark: { type: 'area', opacity: 0.18, clip: true },
        encoding: { x: at, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      {
        data: { values: lines },
        mark: { type: 'line', strokeWidth: 2, clip: true },
        encoding: { x: at, y: { ...y, field: 'mean' }, color, strokeDash },
      },
      {
        data: { values: rows.flatMap((curve, i) => markersOf(curve, range, i / rows.length)) },
        mark: { type: 'point', filled: true, size: 42, opacity: 1 },
        encoding: { x: at, y: { ...y, field: 'mean' }, color, shape },
      },
      ...publishedLayers(published, setting, { x: at, y, values, height: size.height }),
    ],
  }
}

function rowsOf(
  { contestant, points }: Curve,
  divisor: number,
  range: AxisRange,
  values: AxisRange,
  width: number,
): Row[] {
  const drawable = points.filter(({ mean }) => Number.isFinite(mean) && (values.type === 'linear' || mean > 0))
  // What spends nothing on this axis is the same everywhere on it.
  const level = drawable.length === 1 && drawable[0].x === 0
  const placed = level
    ? range.domain.map((x) => ({ ...drawable[0], x }))
    : drawable.map((point) => ({ ...point, x: point.x / divisor }))
  const visible = placed.filter(({ x }) => range.type === 'linear' || x >= range.domain[0])
  const bucket = (x: number): number => Math.floor((positionOf(range, x) * width) / PIXELS_BETWEEN)
  return visible
    .filter(({ x }, i) => i === 0 || i === visible.length - 1 || bucket(x) < bucket(visible[i + 1].x))
    .map(({ x, mean, low, high }) => ({ contestant, x, mean, low: inside(low, values), high: inside(high, values) }))
}

/** Bounds that a logarithmic axis lacks are drawn at its edge. */
function inside(value: number, { type, domain }: AxisRange): number {
  return type === 'log' ? Math.max(value, domain[0]) : value
}

/** A few points along a curve; `shift`, from 0 to 1, keeps those of different curves apart. */
function markersOf(rows: readonly Row[], range: AxisRange, shift: number): Row[] {
  if (rows.length === 0) return []
  const wanted = Array.from({ length: MARKERS }, (_, i) => (i + 0.25 + shift * 0.6) / MARKERS)
  const nearest = wanted.map((position) =>
    rows.reduce((best, row) => (distance(row, position, range) < distance(best, position, range) ? row : best)),
  )
  return [...new Set(nearest)]
}

function distance({ x }: Row, position: number, range: AxisRange): number {
  return Math.abs(positionOf(range, x) - position)
}
