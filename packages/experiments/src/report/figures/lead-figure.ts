import { GRID, INK } from '../../plot/colours.ts'
import type { Results } from '../../results/results.ts'
import type { CurveAxis } from '../curves.ts'
import { type Setting, settingsOf } from '../groups.ts'
import { leadCourse } from '../lead-text.ts'
import { type LeadCourse, leadCourses } from '../leads.ts'
import { costAxis, costScale } from './axes.ts'
import { type AxisRange } from './axis-range.ts'
import { contestantEncoding } from './contestant-encoding.ts'
import { type Figure, figureOf, type FigureWidth, LEGEND_WIDTHS } from './figure.ts'
import { pixels } from './legends.ts'
import { arrange, type Axis, type Layer, type Panel, panelSize } from './views.ts'

const LABEL_HEIGHT = 17
const LANE_HEIGHT = 9
const ROW_GAP = 9
const MARGIN_LEFT = 4

/** Who is ahead where on each axis, all settings below each other; none where nobody is ahead anywhere. */
export function leadFigure(results: Results): Figure[] {
  const courses = leadCourses(results).filter(({ axis }) => axis !== 'cycles')
  const leading = new Set(courses.flatMap(({ points }) => points.flatMap(({ side }) => side ?? [])))
  if (leading.size === 0) return []
  const { axes } = results.manifest.experiment
  const named = Object.keys(axes).filter((axis) => axes[axis].length > 1)
  const rows = named.length === 0 ? '' : ` A row for each setting, by ${named.join(', ')}.`
  const texts = courses.map((course) =>
    [course.setting.label, leadCourse(course)].filter((one) => one !== '').join(': '),
  )
  const sides = sidesOf(courses).filter((side) => leading.has(side))
  const [title, bars] = courses.some(({ hasIntervals }) => hasIntervals)
    ? ['Who is ahead', 'A bar where one side is ahead, nothing where no difference is shown.']
    : ['Who is lower', 'One seed: a bar where the mean of one side is lower, which may be chance.']
  return [
    figureOf({
      id: 'leads',
      title,
      caption: `${bars}${rows}`,
      description: `${title}. ${texts.join(' ')}`,
      draw: (width) => draw(results, courses, sides, width),
    }),
  ]
}

function sidesOf(courses: readonly LeadCourse[]): string[] {
  return [...new Set(courses.flatMap((course) => course.sides))]
}

function draw(results: Results, courses: readonly LeadCourse[], sides: readonly string[], width: FigureWidth) {
  const settings = settingsOf(results).filter(({ label }) => courses.some((course) => course.setting.label === label))
  const shown = (['time', 'bytes', 'steps'] as const).filter((axis) => courses.some((course) => course.axis === axis))
  const top = settings.length === 1 ? 0 : LABEL_HEIGHT
  const rowHeight = top + LANE_HEIGHT * sides.length + ROW_GAP
  const size = panelSize(shown.length, width, MARGIN_LEFT, rowHeight * settings.length)
  const colours = coloursOf(results, courses, sides)
  const panels = shown.map((axis) => {
    const own = courses.filter((course) => course.axis === axis)
    return panelOf(axis, own, { settings, sides, colours, top, rowHeight, size, columns: size.columns })
  })
  return arrange([], panels, size)
}

/** A side has the colour of its first contestant. */
function coloursOf({ manifest }: Results, courses: readonly LeadCourse[], sides: readonly string[]): string[] {
  const { contestants } = manifest.experiment
  const { range } = contestantEncoding(contestants).color.scale
  return sides.map((side) => {
    const own = courses.find((course) => course.members[side] !== undefined)?.members[side] ?? []
    return range[Math.min(...own.map((name) => contestants.indexOf(name)))]
  })
}

interface Layout {
  readonly settings: readonly Setting[]
  readonly sides: readonly string[]
  readonly colours: readonly string[]
  /** Of the lanes in a row. */
  readonly top: number
  readonly rowHeight: number
  /** Panels beside each other. */
  readonly columns: number
  readonly size: { readonly width: number; readonly height: number }
}

function panelOf(axis: CurveAxis, courses: readonly LeadCourse[], layout: Layout): Panel {
  const { settings, sides, colours, top, rowHeight, columns, size } = layout
  const all = courses.flatMap(({ points }) => points.map((point) => point.x))
  const cost = costAxis(axis, Math.max(...all))
  const { divisor } = cost
  const { range, x } = costScale(
    cost,
    all.map((at) => at / divisor),
    Math.max(3, Math.floor(size.width / 60)),
  )
  const { y } = pixels(size.width, size.height)
  const placed = courses.flatMap((course) => {
    const row = settings.findIndex((setting) => setting.label === course.setting.label) * rowHeight + top
    const bars = barsOf(course, range, divisor)
    const lane = (i: number): object => ({ y: row + i * LANE_HEIGHT + 1, y2: row + (i + 1) * LANE_HEIGHT - 1 })
    return bars.map(({ from, to, side }) =>
      side === undefined
        ? sides.map((_, i) => ({ from, to, side: '', ...lane(i) }))
        : [{ from, to, side, ...lane(sides.indexOf(side)) }],
    )
  })
  const rows = placed.flat()
  const bar = {
    x: { ...x, field: 'from' },
    ...{ x2: { field: 'to' }, y, y2: { field: 'y2' } },
  }
  const isNarrow = columns === 1
  const legend = {
    ...{ orient: 'top', direction: isNarrow ? 'vertical' : 'horizontal', symbolType: 'square' },
    ...{ labelFontSize: 13, labelColor: INK, labelLimit: LEGEND_WIDTHS[isNarrow ? 'narrow' : 'wide'] / columns },
  } as const
  const layers: Layer[] = [
    {
      data: { values: rows.filter(({ side }) => side === '') },
      mark: { type: 'rect', color: GRID, opacity: 0.6 },
      encoding: bar,
    },
    {
      data: { values: rows.filter(({ side }) => side !== '') },
      mark: { type: 'rect', opacity: 1 },
      encoding: {
        ...bar,
        color: {
          ...{ field: 'side', type: 'nominal', title: null, legend },
          scale: { domain: [...sides], range: [...colours] },
        },
      },
    },
  ]
  return {
    title: `over ${axis === 'steps' ? 'rows trained on' : axis}`,
    layers: [...layers, ...labels(layout, x, range)],
  }
}

/** The levels of each setting, above its lanes. */
function labels({ settings, rowHeight, size }: Layout, x: Axis, { domain }: AxisRange): Layer[] {
  if (settings.length === 1) return []
  const values = settings.map(({ shortLabel }, i) => ({ text: shortLabel, at: domain[0], y: i * rowHeight + 9 }))
  const { y } = pixels(size.width, size.height)
  return [
    {
      data: { values },
      mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: 12, color: INK, limit: size.width },
      encoding: { x: { ...x, field: 'at' }, y, text: { field: 'text' } },
    },
  ]
}

interface Bar {
  readonly side: string | undefined
  readonly from: number
  readonly to: number
}

/** The whole course, as a bar of nobody's, and stretches with one leader: each point reaches half the way to the next. */
function barsOf({ points }: LeadCourse, { type, domain }: AxisRange, divisor: number): Bar[] {
  const xs = points.map(({ x }) => x / divisor)
  const between = (a: number, b: number): number => (type === 'log' ? Math.sqrt(a * b) : (a + b) / 2)
  const bars: Bar[] = [{ side: undefined, from: Math.max(xs[0], domain[0]), to: xs[xs.length - 1] }]
  for (const [i, { side }] of points.entries()) {
    if (side === undefined) continue
    const from = i === 0 ? xs[0] : between(xs[i - 1], xs[i])
    const to = i === xs.length - 1 ? xs[i] : between(xs[i], xs[i + 1])
    const last = bars[bars.length - 1]
    if (last.side === side && last.to === from) bars[bars.length - 1] = { ...last, to }
    else bars.push({ side, from, to })
  }
  return bars
}
