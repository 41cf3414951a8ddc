import type { CliIo } from '../io.ts'
import { formatCount, formatDuration, formatPercent, formatRate, formatSi } from '../output/format.ts'
import { LiveTable } from '../output/live-table.ts'
import { type Column, formatRow, formatTitles } from '../output/table.ts'
import type { CycleEvent, ProgressEvent, SimulateEvent, SimulateSummary, StartEvent } from './events.ts'

type Snapshot = Pick<CycleEvent, 'cycle' | 'error' | 'age' | 'messages'>

const COLUMNS: readonly Column<Snapshot>[] = [
  { title: 'cycle', width: 7, cell: ({ cycle }) => String(cycle) },
  { title: 'error', width: 7, cell: ({ error }) => formatPercent(error.mean) },
  { title: 'min', width: 7, cell: ({ error }) => formatPercent(error.min) },
  { title: 'max', width: 7, cell: ({ error }) => formatPercent(error.max) },
  { title: 'age', width: 9, cell: ({ age }) => formatSi(Math.round(age)) },
  { title: 'messages', width: 13, cell: ({ messages }) => formatCount(messages) },
]

/** Tells a run for people: results on stdout, how far it has come on stderr. */
export class SimulateText {
  readonly #io: CliIo
  readonly #live: LiveTable<Snapshot>

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
      case 'summary':
        this.#live.remove()
        this.#write(['', ...summaryLines(event)])
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

function summaryLines(event: SimulateSummary): string[] {
  const { error, messages } = event
  const range = `${formatPercent(error.min)} to ${formatPercent(error.max)}`
  const early = event.interrupted ? ' (interrupted)' : ''
  return [
    `error     ${formatPercent(error.mean)}, ${range} over all ${formatCount(event.peers)} peers`,
    `cycles    ${formatCount(event.cycles)}${early} in ${formatDuration(event.seconds)}`,
    `updates   ${formatCount(event.updates)}, ${formatRate(event.updatesPerSecond, 'updates')}`,
    `messages  ${formatCount(messages.sent)} sent, ${formatCount(messages.lost)} lost, ${formatCount(messages.refused)} refused`,
    `trace     ${event.traceHash} (seed ${event.seed}, ${event.backend})`,
  ]
}
