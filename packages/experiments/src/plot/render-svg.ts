import { type Config, parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** Told apart by colour-blind readers, and readable on white and on black (Okabe and Ito 2008). */
export const PLOT_COLOURS: readonly string[] = ['#0072b2', '#d55e00', '#009e73', '#cc79a7']

const PAPER = '#ffffff'
const INK = '#1f2328'
const GRID = '#d1d9e0'

/** Where the reader's system is dark, the same three in other colours: attributes yield to style sheets. */
const DARK = `<style>@media (prefers-color-scheme: dark) {
[fill="${PAPER}"] { fill: #0d1117 } [fill="${INK}"] { fill: #e6edf3 } [stroke="${INK}"] { stroke: #e6edf3 } [stroke="${GRID}"] { stroke: #3d444d }
}</style>`

/** Legends below each other: what Vega-Lite's own configuration does not say. */
const LAYOUT: Config = { legend: { layout: { bottom: { direction: 'vertical', anchor: 'start', margin: 8 } } } }

/** Draws a Vega-Lite specification, in the colours of all plots, as one SVG that refers to nothing outside of it. */
export async function renderSvg(specification: TopLevelSpec): Promise<string> {
  const themed = { ...specification, background: PAPER, config: style() }
  const view = new View(parse(compile(themed).spec, LAYOUT), { renderer: 'none' })
  try {
    const svg = await view.toSVG()
    return `${svg.replace(/<svg[^>]*>/, (tag) => `${tag}${DARK}`)}\n`
  } finally {
    view.finalize()
  }
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
    view: { stroke: GRID },
  }
}
