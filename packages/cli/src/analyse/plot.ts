import { PLOT_COLOURS, renderSvg, type TopLevelSpec } from '@hearsay/experiments/plot'
import type { Analysis, Quantity } from './analysis.ts'

const WIDTH = 640
const HEIGHT = 380
/** Simulated points that are drawn of each quantity, at most. */
const POINTS_MAX = 40
/** Below it, float64 loses digits, and logarithmic axes their ticks. */
const LOGARITHMIC_MIN = 1e-300

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
  return await renderSvg(specification(analysis))
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
    scale: { domain: quantities.map(({ label }) => label), range: PLOT_COLOURS.slice(0, quantities.length) },
  } as const
  const bounds = { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } as const
  return {
    width: WIDTH,
    height: HEIGHT,
    title: { text: title, subtitle },
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
