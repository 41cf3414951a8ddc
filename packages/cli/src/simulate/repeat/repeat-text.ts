import type { CliIo } from '../../io.ts'
import { formatCount, formatDuration, formatPercent, formatRate } from '../../output/format.ts'
import { LiveTable } from '../../output/live-table.ts'
import { type Column, formatRow, formatTable, formatTitles } from '../../output/table.ts'
import type { RepeatEvent, RepeatProgress, RepeatSummary, RunEvent } from './events.ts'
import type { Spread } from './spread.ts'

const RUNS: readonly Column<RunEvent>[] = [
  { title: 'seed', width: 8, cell: ({ seed }) => String(seed) },
  { title: 'cycles', width: 8, cell: ({ cycles }) => formatCount(cycles) },
  { title: 'error', width: 8, cell: ({ error }) => formatPercent(error.mean) },
  { title: 'updates', width: 14, cell: ({ updates }) => formatCount(updates) },
  { title: 'trace', width: 32, cell: ({ traceHash }) => traceHash },
]

const RUNNING: readonly Column<RepeatProgress>[] = [
  { title: 'seed', width: 8, cell: ({ seed }) => String(seed) },
  { title: 'cycle', width: 8, cell: ({ cycle }) => formatCount(cycle) },
  { title: 'speed', width: 18, cell: ({ updatesPerSecond }) => formatRate(updatesPerSecond, 'updates') },
]

const CYCLES: readonly Column<readonly [string, Spread]>[] = [
  { title: 'cycle', width: 8, cell: ([cycle]) => cycle },
  { title: 'error', width: 8, cell: ([, { mean }]) => formatPercent(mean) },
  { title: '± sd', width: 8, cell: ([, { sd }]) => formatPercent(sd) },
  { title: 'min', width: 8, cell: ([, { min }]) => formatPercent(min) },
  { title: 'max', width: 8, cell: ([, { max }]) => formatPercent(max) },
]

/** Tells repeated runs for people: results on stdout, how far they have come on stderr. */
export class RepeatText {
  readonly #io: CliIo
  readonly #live: LiveTable<RepeatProgress>
  readonly #repeat: number
  readonly #running = new Map<number, RepeatProgress>()
  #done = 0

  constructor(io: CliIo, repeat: number) {
    this.#io = io
    this.#repeat = repeat
    const plain = (_: readonly RepeatProgress[], footer: string): string => footer
    this.#live = new LiveTable(io.stderr, { columns: RUNNING, plain, now: io.now })
  }

  tell(event: RepeatEvent): void {
    if (event.type === 'progress') {
      this.#running.set(event.seed, event)
      const running = [...this.#running.values()]
      const cycles = running.map(({ seed, cycle }) => `seed ${seed} at cycle ${cycle}`).join(', ')
      this.#live.update(running, `${this.#done} of ${this.#repeat} runs done; ${cycles} of ${event.cycles}`)
    } else if (event.type === 'run') {
      this.#running.delete(event.seed)
      const titles = this.#done === 0 ? [formatTitles(RUNS)] : []
      this.#done++
      this.#write([...titles, `${formatRow(RUNS, event)}${event.interrupted ? ' (interrupted)' : ''}`])
    } else {
      this.#write(['', ...summaryLines(event)])
    }
  }

  #write(lines: readonly string[]): void {
    this.#live.remove()
    this.#io.stdout.write(`${lines.join('\n')}\n`)
  }
}

function summaryLines({ error, errors, runs, repeat, seconds }: RepeatSummary): string[] {
  const rows = [...Object.entries(errors), ['all peers', error] as const]
  const early = runs < repeat ? ` of ${repeat} (interrupted)` : ''
  return [...formatTable(CYCLES, rows), '', `runs      ${runs}${early} in ${formatDuration(seconds)}`]
}
