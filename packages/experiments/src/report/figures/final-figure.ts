import type { Results } from '../../results/results.ts'
import { type Final, finals } from '../finals.ts'
import { bySetting, metricOf } from '../groups.ts'
import { horizontalAxis } from './axes.ts'
import { type AxisRange, valueRange } from './axis-range.ts'
import { contestantEncoding } from './contestant-encoding.ts'
import { digits } from '../format.ts'
import { type Figure, figureOf, type FigureWidth } from './figure.ts'
import { nameAxis, nameWidth } from './name-axis.ts'
import { arrange, type Layer, type Panel, panelSize } from './views.ts'

const ROW_HEIGHT = 30

/** The final values with their intervals, and each seed's own. */
export function finalFigure(results: Results): Figure {
  const metric = metricOf(results)
  const all = finals(results)
  const seeds = all.some(({ values }) => values.length > 1)
    ? 'Large marks are means over seeds, bars their 95\u00a0% confidence intervals, faint dots the single seeds.'
    : 'One seed, so there are no intervals.'
  const values = all.map(({ contestant, setting, value }) =>
    [setting.label, contestant, digits(value.mean)].filter((text) => text !== '').join(' '),
  )
  return figureOf({
    id: `final-${metric.name}`,
    title: `Final ${metric.name}`,
    caption: `The mean over peers at the end of the runs. ${seeds}`,
    description: `Final ${metric.name}: ${values.join('; ')}.`,
    draw: (width) => draw(results, all, width),
  })
}

function draw(results: Results, all: readonly Final[], width: FigureWidth) {
  const metric = metricOf(results)
  const { contestants } = results.manifest.experiment
  const settings = bySetting(all)
  const rows = Math.max(...settings.map((own) => own.length))
  const left = nameWidth(contestants, width)
  const size = panelSize(settings.length, width, left + 8, 12 + ROW_HEIGHT * rows)
  const shown = all.flatMap(({ values, value }) => [...values, value.low, value.high])
  const range = valueRange(shown, metric.scale, Math.max(3, Math.floor(size.width / 60)))
  const panels = settings.map((own) => panelOf(own, contestants, range, metric.label, left))
  return arrange([], panels, size)
}

function panelOf(
  own: readonly Final[],
  contestants: readonly string[],
  range: AxisRange,
  label: string,
  left: number,
): Panel {
  const x = horizontalAxis(label, range)
  const y = nameAxis(
    own.map(({ contestant }) => contestant),
    left,
  )
  const { color, shape } = contestantEncoding(contestants)
  const visible = (value: number): boolean => range.type === 'linear' || value > 0
  const seeds = own.flatMap(({ contestant, values }) =>
    values.length < 2 ? [] : values.filter(visible).map((value) => ({ contestant, value })),
  )
  const means = own
    .map(({ contestant, value: { mean, low, high } }) => ({ contestant, value: mean, low, high }))
    .filter(({ value }) => visible(value))
  const bars = means
    .filter(({ low }) => !Number.isNaN(low))
    .map((bar) => ({ ...bar, low: range.type === 'log' ? Math.max(bar.low, range.domain[0]) : bar.low }))
  return {
    title: own[0].setting.label,
    layers: [
      {
        data: { values: bars },
        mark: { type: 'rule', strokeWidth: 3, clip: true },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color },
      },
      ...['low', 'high'].map((field): Layer => ({
        data: { values: bars },
        mark: { type: 'tick', orient: 'vertical', thickness: 2, size: 14, clip: true },
        encoding: { x: { ...x, field }, y, color },
      })),
      {
        data: { values: seeds },
        mark: { type: 'point', filled: true, size: 24, opacity: 0.45, yOffset: 10 },
        encoding: { x: { ...x, field: 'value' }, y, color },
      },
      {
        data: { values: means },
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { x: { ...x, field: 'value' }, y, color, shape },
      },
    ],
  }
}
