import type { Results } from '../../results/results.ts'
import { type Curve, type CurveAxis, curves } from '../curves.ts'
import { type Setting, metricOf, settingsOf } from '../groups.ts'
import { costAxis } from './axes.ts'
import { curveScale, shownValues, valueRange } from './axis-range.ts'
import { curvePanel, CURVES_LEFT } from './curve-panel.ts'
import { digits } from '../format.ts'
import { type Figure, figureOf, type FigureWidth } from './figure.ts'
import { contestantLegend, publishedLegend } from './legends.ts'
import { publishedValues } from './published-values.ts'
import { arrange, panelSize } from './views.ts'

/** Settings that one figure shows beside each other. */
const PANELS_MAX = 12

/** Each of more settings has a figure of its own, beside those of all. */
export const SETTINGS_IN_FULL = 2
/** Of a panel, where details stand in other figures. */
const COMPACT_HEIGHT = 190

/** What axes are called. */
export const AXIS_NAMES: Readonly<Record<CurveAxis, string>> = {
  cycles: 'cycles',
  bytes: 'bytes sent',
  time: 'time',
  steps: 'rows trained on',
}

const READING: Readonly<Record<CurveAxis, string>> = {
  cycles: 'A cycle is one period of gossip.',
  bytes: 'Seeds are compared after equally many bytes, as the network counted them, of all peers and servers together.',
  time: 'Seeds are compared after equal time.',
  steps: 'Seeds are compared after equally many rows; a row counts each time that a model is trained on it.',
}

/** The metric over one axis, all settings beside each other: one figure for up to twelve settings. */
export function curveFigures(results: Results, axis: CurveAxis): Figure[] {
  const metric = metricOf(results)
  const all = curves(results, { x: axis }).filter(({ points }) => points.length > 0)
  const spends = all.some(({ points }) => points.some(({ x }) => x > 0))
  if (!spends) return []
  const parts = divide(settingsOf(results).filter((setting) => all.some((curve) => isOf(curve, setting))))
  const name = `${capitalised(metric.name)} over ${AXIS_NAMES[axis]}`
  return parts.map((settings, i) => {
    const shown = settings.map((setting) => ({ setting, own: all.filter((curve) => isOf(curve, setting)) }))
    return figureOf({
      id: parts.length === 1 ? `${metric.name}-over-${axis}` : `${metric.name}-over-${axis}-${i + 1}`,
      title: parts.length === 1 ? name : `${name} (${i + 1} of ${parts.length})`,
      caption: captionOf(all, axis),
      description: `${name}: ${shown.map(({ own, setting }) => describe(own, setting)).join('; ')}.`,
      draw: (width) => draw(results, axis, shown, width),
    })
  })
}

interface Shown {
  readonly setting: Setting
  readonly own: readonly Curve[]
}

function draw(results: Results, axis: CurveAxis, shown: readonly Shown[], width: FigureWidth) {
  const metric = metricOf(results)
  const { contestants, references } = results.manifest.experiment
  const points = shown.flatMap(({ own }) => own.flatMap((curve) => curve.points))
  const settings = shown.map(({ setting }) => setting)
  const published = publishedValues(references, settings, axis, metric)
  const isCompact = width === 'wide' && shown.length > SETTINGS_IN_FULL
  const size = panelSize(shown.length, width, CURVES_LEFT, isCompact ? COMPACT_HEIGHT : undefined)
  const spread = [...shownValues(points), ...published.map(({ reference }) => reference.value)]
  const values = valueRange(spread, curveScale(spread, metric.scale), Math.floor(size.height / 45))
  const cost = costAxis(axis, Math.max(...points.map(({ x }) => x)))
  const present = contestants.filter((name) => shown.some(({ own }) => own.some((one) => one.contestant === name)))
  const panels = shown.map(({ setting, own }, i) =>
    curvePanel(
      {
        title: setting.label,
        setting,
        curves: own,
        published,
        contestants,
        metric,
        cost,
        values,
        first: i % size.columns === 0,
      },
      size,
    ),
  )
  const legends = [contestantLegend(present, width, contestants), ...publishedLegend(published, width)]
  return arrange(legends, panels, size)
}

function captionOf(all: readonly Curve[], axis: CurveAxis): string {
  return `${bandsOf(all)} ${READING[axis]}${levelsOf(all, axis)}`
}

/** What lines and bands are. */
export function bandsOf(all: readonly Curve[]): string {
  const seeds = all.map((curve) => curve.seeds.length)
  const [least, most] = [Math.min(...seeds), Math.max(...seeds)]
  if (most === 1) return 'The mean over peers; one seed, so there is no band.'
  const count = least === most ? most : `${least} to ${most}`
  return `The mean over peers, averaged over ${count} seeds; bands are 95\u00a0% confidence intervals over seeds.`
}

/** How those are drawn who spend nothing. */
export function levelsOf(all: readonly Curve[], axis: CurveAxis): string {
  const isLevel = ({ points }: Curve): boolean => points.length === 1 && points[0].x === 0
  return axis !== 'cycles' && all.some(isLevel)
    ? ' What costs nothing on this axis is a level line at its final value.'
    : ''
}

/** Into figures of so few panels that they can be read, by the first axis that makes a difference. */
function divide(settings: readonly Setting[]): Setting[][] {
  if (settings.length <= PANELS_MAX) return [[...settings]]
  const axis = Object.keys(settings[0].levels).find(
    (name) => new Set(settings.map(({ levels }) => levels[name])).size > 1,
  )
  const levels = [...new Set(settings.map((setting) => setting.levels[axis ?? '']))]
  if (levels.length > PANELS_MAX && levels.length === settings.length) {
    const figures = Math.ceil(settings.length / PANELS_MAX)
    return Array.from({ length: figures }, (_, i) => settings.slice(i * PANELS_MAX, (i + 1) * PANELS_MAX))
  }
  return levels.flatMap((level) => divide(settings.filter((setting) => setting.levels[axis ?? ''] === level)))
}

function isOf(curve: Curve, setting: Setting): boolean {
  return curve.setting.label === setting.label
}

function describe(own: readonly Curve[], { label }: Setting): string {
  const ends = own.map(({ contestant, points }) => {
    const [first, last] = [points[0], points[points.length - 1]]
    return points.length === 1
      ? `${contestant} ${digits(last.mean)}`
      : `${contestant} from ${digits(first.mean)} to ${digits(last.mean)}`
  })
  return `${label === '' ? '' : `${label}: `}${ends.join(', ')}`
}

export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
