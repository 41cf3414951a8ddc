import type { CliIo } from '../io.ts'
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate, formatSi } from '../output/format.ts'
import { LiveTable } from '../output/live-table.ts'
import { type Column, formatRow, formatTitles } from '../output/table.ts'
import type {
  CheckpointEvent,
  CycleEvent,
  ProgressEvent,
  SimulateEvent,
  SimulateSummary,
  StartEvent,
} from './events.ts'

type Snapshot = Omit<CycleEvent, 'type'>

const COLUMNS: readonly Column<Snapshot>[] = [
  { title: 'cycle', width: 7, cell: ({ cycle }) => String(cycle) },
  { title: 'error', width: 7, cell: ({ error }) => formatPercent(error.mean) },
  { title: 'min', width: 7, cell: ({ error }) => formatPercent(error.min) },
  { title: 'max', width: 7, cell: ({ error }) => formatPercent(error.max) },
  { title: 'age', width: 7, cell: ({ age }) => formatSi(Math.round(age)) },
  { title: 'online', width: 7, cell: ({ online }) => formatPercent(online) },
  { title: 'messages', width: 13, cell: ({ messages }) => formatCount(messages) },
  { title: 'bytes', width: 8, cell: ({ bytes }) => formatBytes(bytes) },
]

/** Tells a run for people: results on stdout, how far it has come on stderr. */
export class SimulateText {
  readonly #io: CliIo
  readonly #live: LiveTable<Snapshot>
  #checkpoint: CheckpointEvent | undefined

  constructor(io: CliIo) {
    this.#io = io
    // On one terminal, the live row continues the table on stdout.
    const titles = io.stdout.isTTY !== true
    const plain = (_: readonly Snapshot[], footer: string): string => footer
    this.#live = new LiveTable(io.stderr, { columns: COLUMNS, titles, plain, now: io.now })
  }

  tell(event: SimulateEvent): void {
    switch (event.type) {
      case 'start':
        this.#write([startLine(event), '', formatTitles(COLUMNS)])
        break
      case 'progress':
        this.#live.update([event], progressLine(event))
        break
      case 'cycle':
        // Its live row is older than this one: the next progress event brings a new one.
        this.#live.remove()
        this.#write([formatRow(COLUMNS, event)])
        break
      case 'checkpoint':
        this.#checkpoint = event
        break
      case 'summary':
        this.#live.remove()
        this.#write(['', ...summaryLines(event), ...checkpointLines(this.#checkpoint)])
        break
    }
  }

  #write(lines: readonly string[]): void {
    this.#io.stdout.write(`${lines.join('\n')}\n`)
  }
}

function startLine(event: StartEvent): string {
  const { min, max } = event.rowsPerPeer
  const rows = min === max ? formatCount(min) : `${formatCount(min)}–${formatCount(max)}`
  return (
    `${event.dataset}: ${formatCount(event.trainingRows)} training rows, ${formatCount(event.testRows)} held out, ` +
    `${event.features} features, ${event.classes} classes; ${formatCount(event.peers)} peers with ${rows} rows each`
  )
}

function progressLine(event: ProgressEvent): string {
  const rate = formatRate(event.updatesPerSecond, 'updates')
  return `cycle ${event.cycle} of ${event.cycles}, ${rate}, ${formatDuration(event.etaSeconds)} left`
}

function checkpointLines(event: CheckpointEvent | undefined): string[] {
  return event === undefined ? [] : [`saved     ${event.file} at cycle ${event.cycle}, to go on with --resume`]
}

/** Nothing where nobody was away and nothing was sent twice. */
function churnLines({ online, messages: { missed, duplicated } }: SimulateSummary): string[] {
  if (online === 1 && missed === 0 && duplicated === 0) return []
  const copies = duplicated === 0 ? '' : `, ${formatCount(duplicated)} duplicated`
  return [`online    ${formatPercent(online)} of the peers at the end, ${formatCount(missed)} messages missed${copies}`]
}

function summaryLines(event: SimulateSummary): string[] {
  const { error, messages } = event
  const range = `${formatPercent(error.min)} to ${formatPercent(error.max)}`
  const early = event.interrupted ? ' (interrupted)' : ''
  return [
    `error     ${formatPercent(error.mean)}, ${range} over all ${formatCount(event.peers)} peers`,
    `cycles    ${formatCount(event.cycles)}${early} in ${formatDuration(event.seconds)}`,
    `updates   ${formatCount(event.updates)}, ${formatRate(event.updatesPerSecond, 'updates')}`,
    `messages  ${formatCount(messages.sent)} sent, ${formatBytes(messages.bytes)}, ${formatCount(messages.lost)} lost, ${formatCount(messages.refused)} refused`,
    ...churnLines(event),
    `trace     ${event.traceHash} (seed ${event.seed}, ${event.backend})`,
  ]
}
