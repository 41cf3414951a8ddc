import type { CurveAxis } from './curves.ts'
import { formatCost, formatMean, formatSi } from './format.ts'
import type { Comparison, Lead, LeadCourse } from './leads.ts'

const ALONG: Readonly<Record<CurveAxis, string>> = {
  ...{ cycles: 'Over cycles', time: 'Over time', bytes: 'By bytes sent', steps: 'By rows trained on' },
}
const CHANCE = ' (one seed: this may be chance)'

/** Who is ahead from where to where on an axis, without values. */
export function leadCourse({ axis, leads, hasIntervals }: LeadCourse): string {
  const parts = leads.flatMap((_, i) => stretch(axis, leads, i) ?? [])
  return `${ALONG[axis]}${hasIntervals ? '' : CHANCE}, ${parts.join('; ')}.`
}

/** So many changes of the lead are told one by one. */
const LEADS_MAX = 4

/** Nothing is said of what lies between two leads: their ends say it. */
function stretch(axis: CurveAxis, leads: readonly Lead[], i: number): string | undefined {
  const { side, from, to, shown, points } = leads[i]
  const [isFirst, isLast] = [i === 0, i === leads.length - 1]
  if (side === undefined) {
    if (isFirst && isLast) return 'no difference is shown at any point'
    if (isLast) return `from ${costOf(axis, from)} on no difference is shown`
    return isFirst ? `no difference is shown until ${costOf(axis, to)}` : undefined
  }
  const before = leads.slice(0, i).filter((one) => one.side !== undefined).length
  const all = leads.filter((one) => one.side !== undefined).length
  if (all > LEADS_MAX && before > 0 && !isLast) return before === 1 ? 'the lead changes several times' : undefined
  const also = shown < points ? `, shown at ${shown} of ${points} points` : ''
  return `${side} is ahead ${span(axis, leads[i], isFirst, isLast)}${also}`
}

function span(axis: CurveAxis, { from, to }: Lead, isFirst: boolean, isLast: boolean): string {
  if (isFirst && isLast) return 'from the first point to the last'
  if (isFirst && from !== to) return `until ${costOf(axis, to)}`
  if (isLast) return `from ${costOf(axis, from)} to the end`
  return from === to ? `at ${costOf(axis, from)}` : `from ${costOf(axis, from)} to ${costOf(axis, to)}`
}

/** Values where each lead is largest, but for the last stretch. */
export function leadValues({ axis, leads }: LeadCourse): string[] {
  return leads
    .slice(0, -1)
    .filter(({ side }) => side !== undefined)
    .slice(0, LEADS_MAX)
    .map(({ side, widest }) => valuesAt(costOf(axis, widest.x), widest, side))
}

const EQUAL: Readonly<Record<CurveAxis, string>> = {
  ...{ cycles: 'Equal cycles', time: 'Equal time', bytes: 'Equal bytes', steps: 'Equal steps' },
}

/** Values where an axis ends: after the most that all have spent. */
export function equalCostValues({ axis, leads }: LeadCourse): string {
  const { last, side } = leads[leads.length - 1]
  return valuesAt(`${EQUAL[axis]}, ${costOf(axis, last.x)}`, last, side)
}

/** The two lowest: `8.6 min: fedavg 0.0777 ± 0.0067, gossip 0.1949 ± 0.0082; federated learning is ahead by 0.1172 ± 0.0071.` */
function valuesAt(where: string, comparison: Comparison, side: string | undefined): string {
  const { standings } = comparison
  const values = standings.slice(0, 2).map(({ contestant, value }) => `${contestant} ${formatMean(value)}`)
  return `${where}: ${values.join(', ')}; ${lead(side, comparison)}.`
}

function lead(side: string | undefined, { standings, difference }: Comparison): string {
  const by = formatMean(difference)
  if (side !== undefined) return `${side} is ahead by ${by}`
  // Where there are more than two: the lowest may be below the next, and not below all.
  return standings.length > 2 && difference.low > 0
    ? `the first is below the second by ${by}, but not all others`
    : `no difference is shown (${by})`
}

/** The axis is named beside it. */
function costOf(axis: CurveAxis, amount: number): string {
  return axis === 'steps' ? `${formatSi(amount)} rows` : formatCost(axis, amount)
}
