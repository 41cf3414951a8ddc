import { textWidth } from '../../plot/text-width.ts'
import type { FigureWidth } from './figure.ts'

/** A vertical axis of names. */
export interface NameAxis {
  field: 'contestant'
  type: 'nominal'
  title: null
  sort: null
  scale: { domain: string[] }
  axis: { minExtent: number; maxExtent: number; labelLimit: number; ticks: false; grid: true }
}

/** Contestants below each other; `width` is what their names may take in pixels. */
export function nameAxis(contestants: readonly string[], width: number): NameAxis {
  return {
    field: 'contestant',
    type: 'nominal',
    title: null,
    sort: null,
    scale: { domain: [...contestants] },
    axis: { minExtent: width, maxExtent: width, labelLimit: width - 8, ticks: false, grid: true },
  }
}

/** What the names need, within what a figure can spare. */
export function nameWidth(contestants: readonly string[], width: FigureWidth): number {
  const longest = Math.max(...contestants.map((name) => textWidth(name, 12)))
  return Math.min(longest + 14, width === 'wide' ? 200 : 130)
}
