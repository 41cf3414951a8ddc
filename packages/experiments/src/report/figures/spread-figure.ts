import type { Results } from '../../results/results.ts'
import type { Metric } from '../../trial/trial-result.ts'
import { coverageText } from '../coverage.ts'
import { bySetting, groupsOf, inSetting, metricOf } from '../groups.ts'
import { hasOneModel } from '../sides.ts'
import { spread, type SpreadCurve } from '../spread.ts'
import { AXIS_WIDTH, costAxis, horizontalAxis, metricAxis } from './axes.ts'
import { type AxisRange, costRange, valueRange } from './axis-range.ts'
import { contestantEncoding } from './contestant-encoding.ts'
import { digits } from '../format.ts'
import { type Figure, figureOf, type FigureWidth } from './figure.ts'
import { arrange, type Layer, type Panel, panelSize } from './views.ts'

/** How peers differ among each other: for each setting a figure, for each contestant a panel. */
export function spreadFigures(results: Results): Figure[] {
  const metric = metricOf(results)
  const settings = bySetting(spread(results).filter(({ points }) => points.length > 0))
  return settings.map((own, i) => {
    const { label } = own[0].setting
    const ends = own.map(({ contestant, points }) => {
      const { q10, q90 } = points[points.length - 1]
      return `${contestant} ${digits(q10)} to ${digits(q90)}`
    })
    return figureOf({
      id: settings.length === 1 ? 'spread' : `spread-${i + 1}`,
      title: `Spread of the ${metric.name} over peers${label === '' ? '' : ` (${label})`}`,
      caption: captionOf(inSetting(results, own[0].setting)),
      description: `Spread over peers. In the end, the middle 80 % of the peers: ${ends.join('; ')}.`,
      ...(label === '' ? {} : { setting: own[0].setting }),
      draw: (width) => draw(own, results.manifest.experiment.contestants, metric, width),
    })
  })
}

function captionOf(results: Results): string {
  const groups = groupsOf(results)
  const averaged = groups.some(({ cells }) => cells.length > 1) ? ', each averaged over seeds' : ''
  const one = groups.some(hasOneModel) ? ' A line alone is one model that all peers predict with.' : ''
  const coverage = coverageText(results)
  return (
    `The median of the measured peers (line), their middle 80\u00a0% (dark) and all of them (light)${averaged}.` +
    `${one}${coverage === undefined ? '' : ` ${coverage}`}`
  )
}

function draw(own: readonly SpreadCurve[], contestants: readonly string[], metric: Metric, width: FigureWidth) {
  const size = panelSize(own.length, width, AXIS_WIDTH)
  const points = own.flatMap((curve) => curve.points)
  const shown = points.flatMap(({ q10, q90, min, max }) => [q10, q90, min, max])
  const values = valueRange(shown, metric.scale, Math.floor(size.height / 45))
  const cycles = costRange(
    points.map(({ cycle }) => cycle),
    Math.max(3, Math.floor(size.width / 55)),
  )
  const panels = own.map((curve, i) => panelOf(curve, contestants, metric, values, cycles, i % size.columns === 0))
  return arrange([], panels, size)
}

function panelOf(
  { contestant, points }: SpreadCurve,
  contestants: readonly string[],
  metric: Metric,
  values: AxisRange,
  cycles: AxisRange,
  first: boolean,
): Panel {
  const { title, label } = costAxis('cycles', cycles.domain[1])
  const x = { ...horizontalAxis(title, cycles, label), field: 'cycle' }
  const y = metricAxis(metric, values, first)
  const { color, strokeDash } = contestantEncoding(contestants)
  const least = values.type === 'log' ? values.domain[0] : -Infinity
  const rows = points
    .filter(({ cycle }) => cycles.type === 'linear' || cycle > 0)
    .map(({ cycle, min, q10, median, q90, max }) => {
      const [lowest, low, middle] = [min, q10, median].map((value) => Math.max(value, least))
      return { contestant, cycle, lowest, low, middle, high: Math.max(q90, least), highest: Math.max(max, least) }
    })
  const band = (low: string, high: string, opacity: number): Layer => ({
    mark: { type: 'area', opacity },
    encoding: { x, y: { ...y, field: low }, y2: { field: high }, color },
    data: { values: rows },
  })
  return {
    title: contestant,
    layers: [
      band('lowest', 'highest', 0.18),
      band('low', 'high', 0.35),
      {
        data: { values: rows },
        mark: { type: 'line', strokeWidth: 2 },
        encoding: { x, y: { ...y, field: 'middle' }, color, strokeDash },
      },
    ],
  }
}
