import { type Config, parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { darkened, darkRules, GRID, INK, PAPER } from './colours.ts'
import { useTextWidth } from './text-width.ts'

export interface RenderOptions {
  /**
   * `auto` follows the reader's system. A `light` plot without a style sheet of its own is what a page with the rules
   * of {@link darkRules} takes in.
   *
   * @defaultValue `'auto'`
   */
  readonly theme?: 'auto' | 'light' | 'dark' | undefined
  /** What it shows, for readers who do not see it. */
  readonly description?: string | undefined
  /** Put before all identifiers, so that several plots can stand in one page. */
  readonly prefix?: string | undefined
}

/** Legends below each other: what Vega-Lite's own configuration does not say. */
const LAYOUT: Config = { legend: { layout: { bottom: { direction: 'vertical', anchor: 'start', margin: 8 } } } }

/** Draws a Vega-Lite specification, in the colours of all plots, as one SVG that refers to nothing outside of it. */
export async function renderSvg(
  specification: TopLevelSpec,
  { theme = 'auto', description, prefix = '' }: RenderOptions = {},
): Promise<string> {
  const aria = description === undefined ? {} : { aria: false }
  const themed = { ...specification, background: PAPER, config: { ...style(), ...specification.config, ...aria } }
  useTextWidth()
  const view = new View(parse(compile(themed).spec, LAYOUT), { renderer: 'none' })
  try {
    const svg = renamed(shorten(await view.toSVG()), prefix)
    const labelled = svg.replace(/<svg[^>]*>/, (tag) => opening(tag, theme, description))
    return `${theme === 'dark' ? darkened(labelled) : labelled}\n`
  } finally {
    view.finalize()
  }
}

function opening(tag: string, theme: RenderOptions['theme'], description: string | undefined): string {
  const label = description === undefined ? '' : ` role="img" aria-label="${escapeAttribute(description)}"`
  const rules = theme === 'auto' ? `<style>@media (prefers-color-scheme: dark) {\n${darkRules()}\n}</style>` : ''
  return `${tag.slice(0, -1)}${label}>${rules}`
}

/** Vega counts its identifiers over all plots of a process; these are counted from 1 in each. */
function renamed(svg: string, prefix: string): string {
  const names = [...new Set(Array.from(svg.matchAll(/ id="([^"]+)"/g), ([, name]) => name))]
  return svg.replaceAll(/( id="|url\(#)([^")]+)/g, (whole, before: string, name: string) => {
    const i = names.indexOf(name)
    return i < 0 ? whole : `${before}${prefix}clip${i + 1}`
  })
}

function escapeAttribute(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A hundredth of a pixel is enough. */
function shorten(svg: string): string {
  return svg.replaceAll(/ (?:d|transform|x2?|y2?|width|height)="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (digits) => String(Math.round(Number(digits) * 100) / 100)),
  )
}

function style(): NonNullable<TopLevelSpec['config']> {
  const text = { labelColor: INK, titleColor: INK, labelFontSize: 12, titleFontSize: 13 }
  return {
    font: 'system-ui, sans-serif',
    axis: { ...text, gridColor: GRID, domainColor: INK, tickColor: INK },
    legend: {
      ...text,
      symbolStrokeColor: INK,
      symbolFillColor: INK,
      symbolOpacity: 1,
      labelLimit: 0,
      titleLimit: 0,
      orient: 'bottom',
    },
    title: { color: INK, subtitleColor: INK, anchor: 'start', fontSize: 15, offset: 14, subtitleFontSize: 12 },
    text: { color: INK },
    view: { stroke: GRID },
  }
}
