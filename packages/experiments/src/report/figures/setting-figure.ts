import type { Results } from '../../results/results.ts'
import { type Curve, CURVE_AXES, type CurveAxis, curves } from '../curves.ts'
import { metricOf, type Setting, settingsOf } from '../groups.ts'
import { costAxis } from './axes.ts'
import { curveScale, shownValues, valueRange } from './axis-range.ts'
import { AXIS_NAMES, bandsOf, capitalised, levelsOf, SETTINGS_IN_FULL } from './curve-figure.ts'
import { curvePanel, CURVES_LEFT } from './curve-panel.ts'
import { digits } from '../format.ts'
import { type Figure, figureOf, type FigureWidth } from './figure.ts'
import { contestantLegend, publishedLegend } from './legends.ts'
import { publishedValues } from './published-values.ts'
import { arrange, panelSize } from './views.ts'

/** Where there are too many settings to show each at its full size beside the others, one figure for each, with all axes. */
export function settingFigures(results: Results): Figure[] {
  const settings = settingsOf(results)
  if (settings.length <= SETTINGS_IN_FULL) return []
  const { name } = metricOf(results)
  return settings.flatMap((setting, i) => {
    const shown = shownOf(results, setting)
    if (shown.length === 0) return []
    const all = shown.flatMap(({ own }) => own)
    const title = `${capitalised(name)} over ${listed(shown.map(({ axis }) => AXIS_NAMES[axis]))} (${setting.label})`
    const ends = shown[0].own.map(({ contestant, points }) => {
      return `${contestant} ${digits(points[points.length - 1].mean)}`
    })
    const levels = shown.map(({ axis, own }) => levelsOf(own, axis)).find((text) => text !== '') ?? ''
    return figureOf({
      id: `setting-${i + 1}`,
      title,
      caption: `${bandsOf(all)}${levels}`,
      description: `${title}. In the end: ${ends.join(', ')}.`,
      setting,
      draw: (width) => draw(results, setting, shown, width),
    })
  })
}

interface Shown {
  readonly axis: CurveAxis
  readonly own: readonly Curve[]
}

/** The curves on each axis that somebody spends anything on. */
function shownOf(results: Results, { levels }: Setting): Shown[] {
  return CURVE_AXES.map((axis) => ({
    axis,
    own: curves(results, { x: axis, levels }).filter(({ points }) => points.length > 0),
  })).filter(({ own }) => own.some(({ points }) => points.some(({ x }) => x > 0)))
}

function draw(results: Results, setting: Setting, shown: readonly Shown[], width: FigureWidth) {
  const metric = metricOf(results)
  const { contestants, references } = results.manifest.experiment
  const published = publishedValues(references, [setting], 'cycles', metric)
  const points = shown.flatMap(({ own }) => own.flatMap((curve) => curve.points))
  const size = panelSize(shown.length, width, CURVES_LEFT)
  const spread = [...shownValues(points), ...published.map(({ reference }) => reference.value)]
  const values = valueRange(spread, curveScale(spread, metric.scale), Math.floor(size.height / 45))
  const panels = shown.map(({ axis, own }, i) => {
    const cost = costAxis(axis, Math.max(...own.flatMap((curve) => curve.points.map(({ x }) => x))))
    const onAxis = published.filter(({ reference: { cycle } }) => axis === 'cycles' || cycle === undefined)
    return curvePanel(
      {
        ...{
          title: `over ${AXIS_NAMES[axis]}`,
          setting,
          curves: own,
          published: onAxis,
          contestants,
          metric,
          cost,
          values,
        },
        first: i % size.columns === 0,
      },
      size,
    )
  })
  const present = contestants.filter((name) => shown.some(({ own }) => own.some((one) => one.contestant === name)))
  return arrange([contestantLegend(present, width, contestants), ...publishedLegend(published, width)], panels, size)
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
}
