import type { Results } from '../../results/results.ts'
import { type EqualBudget, equalBudgets } from '../budgets.ts'
import { coverageText, isSampled } from '../coverage.ts'
import { CURVE_AXES, type CurveAxis } from '../curves.ts'
import { type Final, finals } from '../finals.ts'
import {
  formatBytes,
  formatCost,
  formatCount,
  formatMean,
  formatP,
  formatSi,
  formatSize,
  formatValue,
  NO_VALUE,
} from '../format.ts'
import { bySetting, groupsOf, metricOf, type Setting } from '../groups.ts'
import { type Milestones, milestones } from '../milestones.ts'
import { type CorrectedTest, type PairedTest, pairedTests } from '../paired-tests.ts'
import { isPooled } from '../sides.ts'
import { type Load, traffic, type Traffic } from '../traffic.ts'
import { type Html, html } from './html.ts'
import { type HtmlColumn, settingTable } from './table.ts'

/** `0.0610 … 0.0622`. */
function range(low: number, high: number): string {
  return Number.isNaN(low) || Number.isNaN(high) ? NO_VALUE : `${formatValue(low)} … ${formatValue(high)}`
}

const CONTESTANT: HtmlColumn<{ readonly contestant: string }> = {
  ...{ title: 'contestant', align: 'left' },
  cell: ({ contestant }) => contestant,
}

const STEPS: HtmlColumn<Final> = { title: 'rows trained on', cell: ({ spent }) => formatSi(spent.steps) }

/** How the runs ended. */
export function finalTable(results: Results): Html {
  const rows = finals(results)
  const columns: HtmlColumn<Final>[] = [
    CONTESTANT,
    { title: 'mean', cell: ({ value }) => html`<strong>${formatValue(value.mean)}</strong>` },
    { title: '95 % interval', cell: ({ value }) => range(value.low, value.high) },
    { title: 'sd over seeds', cell: ({ value }) => formatSize(value.sd, value.mean) },
    { title: 'seeds', cell: ({ seeds }) => formatCount(seeds.length) },
    {
      title: 'middle 80 % of peers',
      cell: ({ oneModel, peers }) => (oneModel ? NO_VALUE : range(peers.q10, peers.q90)),
    },
    {
      title: 'lowest … highest peer',
      cell: ({ oneModel, peers }) => (oneModel ? NO_VALUE : range(peers.min, peers.max)),
    },
    { title: 'at cycle', cell: ({ cycles: { min, max } }) => cyclesText(min, max) },
    { title: 'bytes sent', cell: ({ spent }) => formatBytes(spent.bytes) },
    ...(rows.some(({ spent }) => spent.steps > 0) ? [STEPS] : []),
  ]
  const coverage = coverageText(results)
  const caption = `Final values: ${metricOf(results).label}. Less is better.${coverage === undefined ? '' : ` ${coverage}`}`
  return html`${settingTable(caption, columns, rows)}
    <p class="note">${spreadNote(results, rows)} ${pooledNote(results)}</p>`
}

/** What the columns of single peers are of. */
function spreadNote(results: Results, rows: readonly Final[]): string {
  const seeds = rows.some((row) => row.seeds.length > 1) ? ', averaged over seeds' : ''
  const all = isSampled(results) ? 'all peers that count at the end, not of a sample' : 'the peers of one run'
  const one = rows.some(({ oneModel }) => oneModel) ? `, ${NO_VALUE} where all peers predict with one model` : ''
  return `The middle 80\u00a0% and the lowest and highest are of ${all}${seeds}${one}.`
}

/** What no count of bytes has. */
function pooledNote(results: Results): string {
  const pooled = new Set(
    groupsOf(results)
      .filter(isPooled)
      .map(({ contestant }) => contestant),
  )
  if (pooled.size === 0) return ''
  return `Bytes of ${[...pooled].join(', ')}: bringing the rows of all peers together is not counted.`
}

function cyclesText(min: number, max: number): string {
  return min === max ? formatCount(min) : `${formatCount(min)}–${formatCount(max)}`
}

/** A contestant, or, without one, the cycles that its setting has numbers for. */
interface MilestoneRow {
  readonly setting: Setting
  readonly contestant?: string
  readonly cells: readonly string[]
}

/** The metric by cycle: for each setting a row with the cycles, and one for each contestant. */
export function milestoneTable(results: Results): Html | undefined {
  const all = milestones(results)
  if (all.length === 0) return undefined
  const rows = all.flatMap(({ setting, cycles, rows: own }: Milestones): MilestoneRow[] => [
    { setting, cells: cycles.map(formatCount) },
    ...own.map(({ contestant, values }) => ({ setting, contestant, cells: values.map(formatMean) })),
  ])
  const columns: HtmlColumn<MilestoneRow>[] = [
    { title: 'contestant', align: 'left', cell: ({ contestant }) => contestant ?? 'after cycle' },
    ...Array.from({ length: Math.max(...all.map(({ cycles }) => cycles.length)) }, (_, index) => ({
      ...{ title: '', cell: ({ cells }: MilestoneRow) => cells[index] ?? '' },
    })),
  ]
  return settingTable('By cycle: mean over seeds ± half of the 95 % interval', columns, rows)
}

const AXIS_TITLES: Readonly<Record<CurveAxis, string>> = {
  ...{ cycles: 'equal cycles', bytes: 'equal bytes', time: 'equal time', steps: 'equal steps' },
}

/** A contestant at equal cost on each axis, or, without one, the costs themselves. */
interface BudgetRow {
  readonly setting: Setting
  readonly contestant?: string
  readonly budgets: readonly EqualBudget[]
}

/** The metric at equal cost: for each setting a row with the costs, and one for each contestant. */
export function budgetTable(results: Results): Html | undefined {
  const budgets = equalBudgets(results)
  if (budgets.length === 0) return undefined
  const rows = bySetting(budgets).flatMap((own): BudgetRow[] => {
    const { setting, entries } = own[0]
    return [{ setting, budgets: own }, ...entries.map(({ contestant }) => ({ setting, contestant, budgets: own }))]
  })
  const shown = CURVE_AXES.filter((axis) => budgets.some((one) => one.axis === axis))
  const columns: HtmlColumn<BudgetRow>[] = [
    { title: 'contestant', align: 'left', cell: ({ contestant }) => contestant ?? 'after' },
    ...shown.map((axis) => ({ title: AXIS_TITLES[axis], cell: (row: BudgetRow) => budgetCell(row, axis) })),
  ]
  return html`${settingTable('At equal cost: when all have spent what the thriftiest spends in its whole run', columns, rows)}
    <p class="note">
      Bytes and rows are those of all peers together. In brackets: spends nothing of it, final value.
      ${pooledNote(results)}
    </p>`
}

function budgetCell({ contestant, budgets }: BudgetRow, axis: CurveAxis): Html | string {
  const found = budgets.find((one) => one.axis === axis)
  if (found === undefined) return NO_VALUE
  if (contestant === undefined) return formatCost(axis, found.budget)
  const entry = found.entries.find((one) => one.contestant === contestant)
  if (entry === undefined) return NO_VALUE
  const { value, spends } = entry
  if (!spends) return `[${formatValue(value.mean)}]`
  return Number.isNaN(value.low)
    ? formatValue(value.mean)
    : html`${formatValue(value.mean)} <small>(${range(value.low, value.high)})</small>`
}

/** Contestants against each other, seed by seed. */
export function testTable(results: Results): Html | undefined {
  const rows = pairedTests(results)
  if (rows.length === 0) return undefined
  const columns: HtmlColumn<PairedTest>[] = [
    { title: 'first − second', align: 'left', cell: ({ contestants: [a, b] }) => `${a} − ${b}` },
    { title: 'mean difference', cell: ({ difference }) => formatValue(difference.mean) },
    { title: '95 % interval', cell: ({ difference: { low, high } }) => range(low, high) },
    { title: 'seeds', cell: ({ seeds }) => formatCount(seeds.length) },
    { title: 't-test p', cell: (row) => pText(row, 't', 'p') },
    { title: 't-test p, Holm', cell: (row) => pText(row, 't', 'corrected') },
    { title: 'signed-rank p', cell: (row) => pText(row, 'signedRank', 'p') },
    { title: 'signed-rank p, Holm', cell: (row) => pText(row, 'signedRank', 'corrected') },
    { title: '', align: 'left', cell: ({ reason }) => (reason === undefined ? '' : `no test: ${reason}`) },
  ]
  const shown = rows.every(({ reason }) => reason === undefined) ? columns.slice(0, -1) : columns
  return settingTable('Paired tests of the final values, by seed', shown, rows)
}

function pText({ tests }: PairedTest, test: 't' | 'signedRank', which: keyof CorrectedTest): string {
  return tests === undefined ? NO_VALUE : formatP(tests[test][which])
}

/** What goes through single peers. */
export function trafficTable(results: Results): Html {
  const sides = (load: Load | undefined): string =>
    load === undefined || Number.isNaN(load.sent)
      ? NO_VALUE
      : `${formatBytes(load.sent)} / ${formatBytes(load.received)}`
  const columns: HtmlColumn<Traffic>[] = [
    CONTESTANT,
    { title: 'server, sent / received', cell: ({ server }) => sides(server) },
    { title: 'median peer, sent / received', cell: ({ median }) => sides(median) },
    { title: 'busiest peer, sent / received', cell: ({ max }) => sides(max) },
    { title: 'server ÷ median peer, sent + received', cell: ratioText },
  ]
  const caption = 'All bytes through one peer in a whole run, not those of models alone, averaged over seeds'
  const note = pooledNote(results)
  return html`${settingTable(caption, columns, traffic(results))}
  ${note === '' ? undefined : html`<p class="note">${note}</p>`}`
}

function ratioText({ server, median }: Traffic): string {
  const peer = median.sent + median.received
  if (server === undefined || !(peer > 0)) return NO_VALUE
  return `${formatSi((server.sent + server.received) / peer)} ×`
}
