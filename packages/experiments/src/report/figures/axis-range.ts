/** The values that an axis shows, and where it says so. */
export interface AxisRange {
  readonly type: 'linear' | 'log'
  readonly domain: readonly [low: number, high: number]
  readonly ticks: readonly number[]
}

/** A ratio of largest to smallest value from which on an axis is logarithmic. */
const LOG_RATIO = 50

/** The range of costs (cycles, bytes, …): logarithmic where they span decades. Values ≤ 0 are out of it then. */
export function costRange(values: readonly number[], tickCount: number): AxisRange {
  const positive = values.filter((value) => value > 0)
  const [low, high] = positive.length === 0 ? [0, 1] : [Math.min(...positive), Math.max(...positive)]
  if (low > 0 && high / low >= LOG_RATIO)
    return { type: 'log', domain: [low, high], ticks: logTicks(low, high, tickCount) }
  const domain = [0, high] as const
  return { type: 'linear', domain, ticks: multiples(stepOf(high, tickCount), domain) }
}

/** A ratio of largest to smallest value from which on curves of a metric are drawn on a logarithmic axis: where they end is seen then. */
const CURVES_LOG_RATIO = 5

/** How the axis of a metric's curves is divided. */
export function curveScale(values: readonly number[], scale: 'linear' | 'log'): 'linear' | 'log' {
  const finite = values.filter(Number.isFinite)
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  return low > 0 && high >= CURVES_LOG_RATIO * low ? 'log' : scale
}

/** The range of a metric, widened to round numbers; a logarithmic one needs a positive value. */
export function valueRange(values: readonly number[], scale: 'linear' | 'log', tickCount: number): AxisRange {
  const finite = values.filter((value) => Number.isFinite(value) && (scale === 'linear' || value > 0))
  if (finite.length === 0) return { type: 'linear', domain: [0, 1], ticks: [0, 1] }
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  if (scale === 'log' && high > low) return logRange(low, high, tickCount)
  const margin = (high - low) * 0.04 || Math.abs(high) * 0.1 || 1
  const step = stepOf(high - low + 2 * margin, tickCount)
  // Half a step: to a whole one, a few values in a narrow range would be pressed together.
  const grain = step / 2
  const first = Math.floor((low - margin) / grain) * grain
  const domain = [low >= 0 ? Math.max(0, first) : first, Math.ceil((high + margin) / grain) * grain] as const
  return { type: 'linear', domain, ticks: multiples(step, domain) }
}

function logRange(low: number, high: number, tickCount: number): AxisRange {
  const ratio = (high / low) ** 0.04
  const domain = [low / ratio, high * ratio] as const
  return { type: 'log', domain, ticks: logTicks(...domain, tickCount) }
}

/** Where a value lies on an axis, from 0 to 1. */
export function positionOf({ type, domain: [low, high] }: AxisRange, value: number): number {
  return type === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
}

function stepOf(span: number, tickCount: number): number {
  const raw = span / tickCount
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = [1, 2, 5].find((one) => one * power >= raw * 0.999) ?? 10
  return factor * power
}

function multiples(step: number, [low, high]: readonly [number, number]): number[] {
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** Powers of ten, fewer where there are too many, with 2 and 5 between where there are too few. */
function logTicks(low: number, high: number, tickCount: number): number[] {
  const exponents = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)))
  const inside = (value: number): boolean => value >= low * 0.999 && value <= high * 1.001
  const decades = exponents.map((exponent) => 10 ** exponent).filter(inside)
  const every = Math.ceil(decades.length / tickCount)
  if (every > 1) return decades.filter((_, i) => i % every === 0)
  const between = (factors: readonly number[]): number[] =>
    exponents.flatMap((exponent) => factors.map((factor) => Number(`${factor}e${exponent}`))).filter(inside)
  const more = between([1, 2, 5])
  if (more.length < 4) return between([1, 1.5, 2, 3, 4, 6, 8])
  return more.length <= tickCount + 2 || decades.length < 2 ? more : decades
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

/**
 * What an axis should show of means with intervals: all of the means, and of the intervals what does not press these
 * together.
 */
export function shownValues(
  intervals: readonly { readonly mean: number; readonly low: number; readonly high: number }[],
): number[] {
  const means = intervals.map(({ mean }) => mean).filter(Number.isFinite)
  const [least, most] = [Math.min(...means), Math.max(...means)]
  const beyond = (most - least) / 2 || Infinity
  const bounds = intervals
    .filter(({ low }) => !Number.isNaN(low))
    .flatMap(({ low, high }) => [Math.max(low, least - beyond), Math.min(high, most + beyond)])
  return [...means, ...bounds]
}
