import { type Config, parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { Analysis, Quantity } from './analysis.ts'

const WIDTH = 640
const HEIGHT = 380
/** Simulated points that are drawn of each quantity, at most. */
const POINTS_MAX = 40
/** Told apart by colour-blind readers, and readable on white and on black (Okabe and Ito 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7']
/** Below it, float64 loses digits, and logarithmic axes their ticks. */
const LOGARITHMIC_MIN = 1e-300
const PAPER = '#ffffff'
const INK = '#1f2328'
const GRID = '#d1d9e0'

/** Where the reader's system is dark, the same three in other colours: attributes yield to style sheets. */
const DARK = `<style>@media (prefers-color-scheme: dark) {
[fill="${PAPER}"] { fill: #0d1117 } [fill="${INK}"] { fill: #e6edf3 } [stroke="${INK}"] { stroke: #e6edf3 } [stroke="${GRID}"] { stroke: #3d444d }
}</style>`

/** Legends below each other: what Vega-Lite's own configuration does not say. */
const LAYOUT: Config = { legend: { layout: { bottom: { direction: 'vertical', anchor: 'start', margin: 8 } } } }

interface PlotRow {
  readonly time: number
  readonly value: number
  readonly low?: number
  readonly high?: number
  readonly quantity: string
  /** What the legend says of a line. */
  readonly theory?: string
  /** What the legend says of a point. */
  readonly simulation?: string
}

/** Draws theory as lines over the simulation as points, as one SVG that refers to nothing outside of it. */
export async function drawPlot(analysis: Analysis): Promise<string> {
  const view = new View(parse(compile(specification(analysis)).spec, LAYOUT), { renderer: 'none' })
  try {
    const svg = await view.toSVG()
    return `${svg.replace(/<svg[^>]*>/, (tag) => `${tag}${DARK}`)}\n`
  } finally {
    view.finalize()
  }
}

function specification(analysis: Analysis): TopLevelSpec {
  const { title, subtitle, time, quantities, logarithmic } = analysis
  const shown = (value: number): boolean => Number.isFinite(value) && (!logarithmic || value >= LOGARITHMIC_MIN)
  const lines = quantities.flatMap((quantity) => theoryRows(quantity, analysis)).filter(({ value }) => shown(value))
  const points = quantities.flatMap((quantity) => simulatedRows(quantity, analysis)).filter(({ value }) => shown(value))
  const x = { field: 'time', type: 'quantitative', title: `time (${time.unit}s)`, axis: { tickMinStep: 1 } } as const
  const scale = logarithmic ? ({ type: 'log' } as const) : ({ zero: true } as const)
  const yTitle = quantities.length === 1 ? quantities[0].label : 'share of the peers'
  const y = {
    field: 'value',
    type: 'quantitative',
    title: yTitle,
    scale,
    axis: logarithmic ? { format: '.0e' } : {},
  } as const
  const colour = {
    field: 'quantity',
    type: 'nominal',
    title: 'quantity',
    scale: { domain: quantities.map(({ label }) => label), range: COLOURS.slice(0, quantities.length) },
  } as const
  const bounds = { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } as const
  return {
    width: WIDTH,
    height: HEIGHT,
    background: PAPER,
    title: { text: title, subtitle },
    config: style(),
    layer: [
      {
        data: { values: points.filter(({ low = 0 }) => shown(low)) },
        mark: { type: 'rule', opacity: 0.6 },
        encoding: { x, ...bounds, color: colour },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 36, opacity: 0.9 },
        encoding: { x, y, color: colour, shape: { field: 'simulation', type: 'nominal' } },
      },
      {
        data: { values: lines },
        mark: { type: 'line', strokeWidth: 1.8 },
        encoding: {
          x,
          y,
          color: colour,
          strokeDash: { field: 'theory', type: 'nominal', sort: null },
        },
      },
    ],
  }
}

function theoryRows({ label, theories }: Quantity, { time }: Analysis): PlotRow[] {
  return theories.flatMap((theory) =>
    Array.from({ length: time.steps + 1 }, (_, t) => ({
      time: t,
      value: theory.values[t * time.stride],
      quantity: label,
      theory: theory.label,
    })),
  )
}

function simulatedRows({ label, simulated }: Quantity, { time }: Analysis): PlotRow[] {
  const spacing = Math.ceil(time.steps / POINTS_MAX)
  const count = Math.floor(time.steps / spacing) + 1
  return Array.from({ length: count }, (_, i) => {
    const at = i * spacing * time.stride
    const value = simulated.mean(at)
    const error = simulated.standardError(at)
    const bounds = Number.isFinite(error) ? { low: value - error, high: value + error } : {}
    return {
      time: i * spacing,
      value,
      ...bounds,
      quantity: label,
      simulation: `mean of ${simulated.runs} runs ± s.e.`,
    }
  })
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
