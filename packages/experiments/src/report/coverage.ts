import type { CellResult, Results } from '../results/results.ts'
import { formatCount } from './format.ts'
import { isOverNetwork } from './network.ts'

/** What the measurements of one run leave out. */
interface Gap {
  readonly peers: number
  /** Of the peers, at the measurements with the fewest and the most. */
  readonly least: number
  readonly most: number
  /** Whether a part of the peers is drawn. */
  readonly isSampled: boolean
  /** Whether some have nothing to measure, such as those that are offline. */
  readonly isPartial: boolean
}

/** Which peers means and quantiles are of, in a sentence; undefined where all runs measured all peers each time. */
export function coverageText(results: Results): string | undefined {
  const gaps = results.cells.flatMap((cell) => gapOf(cell) ?? [])
  if (gaps.length === 0) return undefined
  const counts = span(gaps.flatMap(({ least, most }) => [least, most]))
  const peers = span(gaps.map((gap) => gap.peers))
  const isPartial = gaps.some((gap) => gap.isPartial)
  const present = presentText(results)
  const where = gaps.length < results.cells.length ? 'In some runs, ' : ''
  const text = isSampled(results)
    ? `each measurement is of a random sample of the peers${isPartial ? `, as far as they ${present}` : ''}: ${counts} of ${peers}.`
    : `only peers that ${present} are measured: ${counts} of ${peers}.`
  return where + (where === '' ? text.slice(0, 1).toUpperCase() + text.slice(1) : text)
}

/** Whether a part of the peers is drawn for each measurement, in any run. */
export function isSampled({ cells }: Results): boolean {
  return cells.some((cell) => gapOf(cell)?.isSampled === true)
}

function gapOf({ result: { series, peers, traceHash } }: CellResult): Gap | undefined {
  const counts = series.map(({ measured }) => measured)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (least >= peers.length) return undefined
  // The rows of peers have a value for all that count at the end. Over a network, they keep the last that a peer has said.
  const counted = peers.filter(({ value }) => !Number.isNaN(value)).length
  const isDrawn = traceHash !== '' && counted > counts[counts.length - 1]
  return {
    peers: peers.length,
    least,
    most,
    isSampled: isDrawn,
    isPartial: !isDrawn || counted < peers.length || least < most,
  }
}

/** Whom a measurement takes. */
function presentText(results: Results): string {
  if (isOverNetwork(results)) return 'have reported lately'
  const series = results.cells.flatMap(({ result }) => result.series)
  const learns = series.some(({ steps }) => steps > 0)
  return learns && series.every(({ measured, online }) => measured <= online) ? 'are online' : 'have a value'
}

function span(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`
}
