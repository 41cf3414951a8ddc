import type { TopLevelSpec } from '../../plot/index.ts'
import { textWidth } from '../../plot/text-width.ts'
import { type FigureWidth, WIDTHS } from './figure.ts'

type Concatenated = Extract<TopLevelSpec, { vconcat: unknown }>
/** A part of a figure. */
export type View = Concatenated['vconcat'][number]
type Layered = Extract<View, { layer: unknown }>
export type Layer = Layered['layer'][number]

/** An axis of numbers, for any field. */
export interface Axis {
  type: 'quantitative'
  title: string | null
  scale: { type: 'linear' | 'log'; domain: number[]; nice: false; zero?: false }
  axis: {
    values: number[]
    /** A Vega expression. */
    labelExpr: string
    grid?: boolean
    labelFlush?: boolean
    minExtent?: number
    maxExtent?: number
    titlePadding?: number
    titleLimit?: number
  }
}

/** One coordinate system among those of a figure. */
export interface Panel {
  /** Above it; empty where there is only one. */
  readonly title: string
  readonly layers: readonly Layer[]
}

export interface PanelSize {
  readonly columns: number
  /** Of the plotting area in pixels. */
  readonly width: number
  readonly height: number
}

/** Labels that leave too little room to three panels. */
const LABELS_WIDE = 120
const SPACING = 16
/** What the last label of an axis may need beside its panel. */
const MARGIN = 22

/**
 * The size of panels, so that all of them fill a figure.
 *
 * @param left - Pixels that labels and title of the vertical axis take.
 */
export function panelSize(count: number, width: FigureWidth, left: number, height?: number): PanelSize {
  const columns = width === 'narrow' ? 1 : Math.min(count, count === 4 || left > LABELS_WIDE ? 2 : 3)
  const free = WIDTHS[width] - MARGIN - columns * left - (columns - 1) * SPACING
  const tall = width === 'narrow' ? 230 : columns === 3 ? 240 : columns === 2 ? 280 : 360
  return { columns, width: Math.floor(free / columns), height: height ?? tall }
}

/** Panels beside and below each other, under legends. */
export function arrange(
  legends: readonly View[],
  panels: readonly Panel[],
  { columns, width, height }: PanelSize,
): TopLevelSpec {
  const views = panels.map(({ title, layers }) => ({
    width,
    height,
    ...(title === ''
      ? {}
      : { title: { text: wrapped(title.replaceAll(' ·', '\u00a0·'), width, 13, true), fontSize: 13, offset: 8 } }),
    layer: [...layers],
  }))
  const grid = { concat: views, columns, spacing: { row: 22, column: SPACING }, align: 'all' } as const
  return { vconcat: [...legends, grid], spacing: 12, padding: 4 }
}

/** A text in lines of at most `width` pixels, if its words are no longer. */
export function wrapped(text: string, width: number, fontSize: number, isBold = false): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, fontSize, isBold) > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}
