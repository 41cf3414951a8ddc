import type { SummaryStatistics } from '@hearsay/experiments'
import { formatBytes, formatCount, formatDuration, formatPercent, formatSi } from '../../output/format.ts'
import { type Column, formatTable } from '../../output/table.ts'
import { rangeOf } from '../range.ts'
import { starvationTexts } from './starvation.ts'
import type { ComparedMethod, ReportWritten, SwarmComparison } from './comparison.ts'

interface Row extends ComparedMethod {
  readonly what: string
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'error on held-out rows', align: 'left', width: 30, cell: ({ what }) => what },
  { title: 'mean', width: 7, cell: ({ error }) => percent(error?.mean) },
  { title: 'min', width: 7, cell: ({ error }) => (isOne(error) ? '' : percent(error?.min)) },
  { title: 'max', width: 7, cell: ({ error }) => (isOne(error) ? '' : percent(error?.max)) },
  { title: 'sent a peer', width: 11, cell: ({ sent }) => bytes(sent?.all.median) },
  { title: 'most', width: 8, cell: ({ sent }) => bytes(sent?.all.max) },
  { title: 'of it models', width: 12, cell: ({ sent }) => bytes(sent?.models.median) },
  { title: 'most', width: 8, cell: ({ sent }) => bytes(sent?.models.max) },
  { title: 'steps', width: 7, cell: ({ steps }) => formatSi(steps) },
]

/** The comparison for people. */
export function comparisonLines(comparison: SwarmComparison): string[] {
  const { methods, interrupted, seconds, seed, starved } = comparison
  const rows = methods.map((method) => ({ ...method, what: whatOf(method, comparison) }))
  return [
    ...(interrupted ? ['Interrupted. So far:', ''] : []),
    ...formatTable(COLUMNS, rows),
    '',
    ...fairnessLines(comparison),
    ...loadLines(methods),
    ...starvationTexts(starved).map((text) => `starved  ${text}`),
    `run      ${formatDuration(seconds)} until here; seed ${seed}`,
    ...(interrupted ? [`report   none was written, since the second run was interrupted`] : []),
  ]
}

/** What a comparison lacks whose first run was interrupted. */
export const UNFINISHED =
  'The comparison ended here: the federated run has not been started, and no report was written.'

/** Where to read more. */
export function reportLines({ report, results }: ReportWritten): string[] {
  return [`report   ${report}, with the results in ${results}`]
}

function whatOf({ method, online }: ComparedMethod, { rowsPerPeer }: SwarmComparison): string {
  if (method === 'isolated') return `each peer alone, ${rangeOf(rowsPerPeer)} rows`
  if (method === 'centralised') return 'one model on all rows'
  return `${method}, ${formatCount(online)} peers${method === 'gossip' ? '' : ', 1 serves'}`
}

function fairnessLines({ cycles, periodMs, roundMs }: SwarmComparison): string[] {
  const seconds = formatDuration((cycles * periodMs) / 1000)
  return [
    `time     ${seconds} each: ${formatCount(cycles)} cycles of ${formatCount(periodMs)} ms, or rounds of ${formatCount(roundMs)} ms, which take two transfers`,
    'steps    rows that models were trained on: alone, as many as by gossip; on all rows, one pass a cycle',
    'bytes    sent, as the transports counted them; what is not models finds and counts peers, in both runs',
  ]
}

/** Who carries the traffic of models. */
function loadLines(methods: readonly ComparedMethod[]): string[] {
  const federated = methods.find(({ serverSent }) => serverSent !== undefined)
  const gossip = methods.find(({ method }) => method === 'gossip')
  if (federated?.serverSent === undefined || federated.sent === undefined || gossip?.sent === undefined) return []
  const { median } = federated.sent.models
  const { models } = federated.serverSent
  const most = gossip.sent.models
  // A run that was interrupted at its start has nothing to compare.
  if (median === 0 || most.median === 0) return []
  return [
    `load     the server sent ${timesOf(models, median)} as many bytes of models as the median peer; by gossip, who sent ` +
      `most ${timesOf(most.max, most.median)}`,
  ]
}

/** To a tenth below ten: `1.3 times`. */
function timesOf(value: number, median: number): string {
  const times = value / median
  return `${times < 10 ? times.toFixed(1) : formatCount(times)} times`
}

function isOne(error: SummaryStatistics | null): boolean {
  return error?.min === error?.max
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : formatPercent(share)
}

function bytes(count: number | undefined): string {
  return count === undefined ? '–' : formatBytes(count)
}
