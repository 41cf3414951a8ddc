import { INK, MUTED } from '../../plot/colours.ts'
import { textWidth } from '../../plot/text-width.ts'
import { contestantEncoding } from './contestant-encoding.ts'
import { type FigureWidth, LEGEND_WIDTHS } from './figure.ts'
import type { PublishedValue } from './published-values.ts'
import { type View, wrapped } from './views.ts'

const SAMPLE_WIDTH = 36
const ROW_HEIGHT = 20

/**
 * A legend that shows each contestant as it is drawn: line, dash and marker.
 *
 * @param contestants - Those to show.
 * @param all - Those of the experiment, which have the looks.
 */
export function contestantLegend(contestants: readonly string[], width: FigureWidth, all: readonly string[]): View {
  const room = LEGEND_WIDTHS[width]
  const longest = Math.max(...contestants.map((name) => textWidth(name, 13)))
  const columnWidth = Math.min(room, SAMPLE_WIDTH + longest + 36)
  const columns = Math.max(1, Math.min(contestants.length, Math.floor(room / columnWidth)))
  const rows = Math.ceil(contestants.length / columns)
  const values = contestants.map((contestant, i) => {
    const left = (i % columns) * columnWidth
    const y = (Math.floor(i / columns) + 0.5) * ROW_HEIGHT
    return {
      contestant,
      y,
      left,
      middle: left + SAMPLE_WIDTH / 2,
      right: left + SAMPLE_WIDTH,
      text: left + SAMPLE_WIDTH + 8,
    }
  })
  const { x, y } = pixels(room, rows * ROW_HEIGHT)
  const { color, strokeDash, shape } = contestantEncoding(all)
  return {
    width: room,
    height: rows * ROW_HEIGHT,
    view: { stroke: null },
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x: x('left'), x2: { field: 'right' }, y, color, strokeDash },
      },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { x: x('middle'), y, color, shape } },
      {
        mark: {
          ...{ type: 'text', align: 'left', baseline: 'middle', fontSize: 13, color: INK },
          limit: columnWidth - SAMPLE_WIDTH - 14,
        },
        encoding: { x: x('text'), y, text: { field: 'contestant' } },
      },
    ],
  }
}

const LINE_HEIGHT = 16
const ENTRY_GAP = 4
const TAG_WIDTH = 22

/** What the letters of reference values stand for. */
export function publishedLegend(published: readonly PublishedValue[], width: FigureWidth): View[] {
  if (published.length === 0) return []
  const room = LEGEND_WIDTHS[width]
  let height = 0
  const named = published.filter(({ tag }, i) => published.findIndex((one) => one.tag === tag) === i)
  const rows = named.map(({ tag, reference: { label, source } }) => {
    const text = wrapped(`reference: ${label} (${source})`, room - TAG_WIDTH, 12)
    const y = height
    height += text.length * LINE_HEIGHT + ENTRY_GAP
    return { tag, text, y, left: 0, right: TAG_WIDTH }
  })
  const { x, y } = pixels(room, height)
  const text = { type: 'text', align: 'left', baseline: 'top', fontSize: 12, lineHeight: LINE_HEIGHT } as const
  return [
    {
      ...{ width: room, height, view: { stroke: null }, data: { values: rows } },
      layer: [
        {
          mark: { ...text, color: INK, fontWeight: 'bold' },
          encoding: { x: x('left'), y, text: { field: 'tag' } },
        },
        { mark: { ...text, color: MUTED }, encoding: { x: x('right'), y, text: { field: 'text' } } },
      ],
    },
  ]
}

/** A position in pixels. */
export interface Pixels {
  field: string
  type: 'quantitative'
  scale: { domain: number[]; reverse: boolean }
  axis: null
}

/** Positions in a view of this size, from its upper left corner. */
export function pixels(width: number, height: number): { x: (field: string) => Pixels; y: Pixels } {
  const position = (field: string, size: number, reverse: boolean): Pixels => ({
    ...{ field, type: 'quantitative', axis: null },
    scale: { domain: [0, size], reverse },
  })
  return { x: (field) => position(field, width, false), y: position('y', height, true) }
}
