import { formatBytes, formatCount, formatDuration, formatPercent } from '../output/format.ts'
import { type Column, formatTable } from '../output/table.ts'
import { hearsayCommand, type SummaryStatistics } from '@hearsay/experiments'
import type { SwarmSummary } from './events.ts'
import { rangeOf } from './range.ts'

interface ErrorRow {
  readonly what: string
  readonly error: SummaryStatistics | null
}

const COLUMNS: readonly Column<ErrorRow>[] = [
  { title: 'error on held-out rows', align: 'left', width: 30, cell: ({ what }) => what },
  { title: 'mean', width: 7, cell: ({ error }) => percent(error?.mean) },
  { title: 'min', width: 7, cell: ({ error }) => (error?.min === error?.max ? '' : percent(error?.min)) },
  { title: 'max', width: 7, cell: ({ error }) => (error?.min === error?.max ? '' : percent(error?.max)) },
]

/** The summary for people. */
export function summaryLines(summary: SwarmSummary): string[] {
  return [
    ...headLines(summary),
    ...formatTable(COLUMNS, errorRows(summary)),
    '',
    ...factLines(summary),
    '',
    ...nextLines(),
  ]
}

function headLines({ interrupted, orphaned }: SwarmSummary): string[] {
  if (orphaned) return ['The process that started the swarm is gone. The peers have gone on without it:', '']
  return interrupted ? ['Interrupted. So far:', ''] : []
}

function errorRows({ method, error, online, rowsPerPeer }: SwarmSummary): ErrorRow[] {
  const { centralised } = error
  return [
    { what: `${method}, ${formatCount(online)} peers`, error: error.gossip ?? error.federated ?? null },
    ...(error.isolated === null && online > 0
      ? []
      : [{ what: `each peer alone, ${rangeOf(rowsPerPeer)} rows`, error: error.isolated }]),
    { what: 'one model on all rows', error: { mean: centralised, min: centralised, max: centralised } },
  ]
}

function factLines(summary: SwarmSummary): string[] {
  const { peers, online, processes, processesLost, deadInViews, cycles, periodMs, seconds, seed } = summary
  const sent = online === 0 ? 0 : Math.round(summary.modelsOut / peers)
  const refused = summary.refused === 0 ? 'none refused' : `${formatCount(summary.refused)} messages refused`
  const counted = summary.counted === undefined ? '' : `; ${formatNumber(summary.counted)} counted by gossip`
  const lines = [
    `peers    ${formatCount(online)} of ${formatCount(peers)} at the end${counted}, in ${processes - processesLost} of ${processes} processes`,
    `traffic  ${formatBytes(summary.bytesPerPeer)} a peer in and out, ${formatCount(sent)} models sent by each; ${refused}`,
    ...serverLines(summary),
    `run      ${formatCount(cycles)} cycles of ${formatCount(periodMs)} ms, ${formatDuration(seconds)} in all; seed ${seed}`,
  ]
  if (summary.lost === 0) return lines
  const views = deadInViews === 0 ? 'no view holds any of them' : `views still hold ${formatCount(deadInViews)} of them`
  return [lines[0], `lost     ${formatCount(summary.lost)} peers; ${views}`, ...lines.slice(1)]
}

/** What a server has to carry. */
function serverLines({ serverSent, sent }: SwarmSummary): string[] {
  if (serverSent === undefined) return []
  const [own, median] = [serverSent.models, sent.models.median].map(formatBytes)
  return [`server   ${own} of models and updates sent by peer 0; ${median} by the median peer`]
}

/** What to try next, as it is typed here. */
export function nextLines(): string[] {
  const hearsay = hearsayCommand()
  // What `npm start` runs.
  const swarm = hearsay.startsWith('npm ') ? 'npm start --' : `${hearsay} swarm`
  const commands: readonly (readonly [string, string])[] = [
    [`${swarm} --shards by-class`, 'every peer has rows of one class only'],
    [`${swarm} --peers 16 --data mails.csv --label spam`, 'your own data'],
    [`${hearsay} peer --data mine.csv --label spam`, 'one peer with its own file; others join it'],
  ]
  const width = Math.max(...commands.map(([command]) => command.length))
  return ['Next:', ...commands.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`)]
}

/** With a tenth where it is no whole number. */
function formatNumber(value: number): string {
  return Number.isInteger(Math.round(10 * value) / 10) ? formatCount(value) : value.toFixed(1)
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : formatPercent(share)
}
