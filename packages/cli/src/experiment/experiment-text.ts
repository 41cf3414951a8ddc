import type { CliIo } from '../io.ts'
import { formatCount, formatDuration } from '../output/format.ts'
import { LiveTable } from '../output/live-table.ts'
import { cellName } from './cell-name.ts'
import { count } from './count.ts'
import type { ClaimEvent, ExperimentEvent, FinalEvent, PlanEvent, ProgressEvent, SummaryEvent } from './events.ts'
import { finalLines } from './final-lines.ts'

/** Tells a run of an experiment for people: results on stdout, how far it has come on stderr. */
export class ExperimentText {
  readonly #io: CliIo
  readonly #live: LiveTable<never>
  readonly #finals: FinalEvent[] = []
  readonly #claims: ClaimEvent[] = []

  constructor(io: CliIo) {
    this.#io = io
    const plain = (_: readonly never[], line: string): string => line
    this.#live = new LiveTable<never>(io.stderr, { columns: [], titles: false, plain, now: io.now })
  }

  tell(event: ExperimentEvent): void {
    switch (event.type) {
      case 'plan':
        this.#write(planLines(event))
        break
      case 'progress':
        this.#live.update([], progressLine(event))
        break
      case 'cell':
        break
      case 'failed':
        this.#live.interject(() => this.#io.stderr.write(`failed: ${cellName(event)}: ${event.message}\n`))
        break
      case 'final':
        this.#finals.push(event)
        break
      case 'claim':
        this.#claims.push(event)
        break
      case 'summary':
        this.#write([...finalLines(this.#finals), ...claimLines(this.#claims), ...summaryLines(event)])
        break
    }
  }

  /** Takes the line about progress off the terminal. */
  end(): void {
    this.#live.remove()
  }

  #write(lines: readonly string[]): void {
    this.#live.remove()
    this.#io.stdout.write(`${lines.join('\n')}\n`)
  }
}

function planLines({ title, folder, cells, finished, stale, dropped, workers }: PlanEvent): string[] {
  const open = cells - finished
  const rest = finished === 0 ? '' : ` (finished already: ${formatCount(finished)})`
  const work = open === 0 ? 'nothing is left to run' : `${count(open, 'cell')} to run, ${workers} at a time${rest}`
  const old =
    stale === 0 ? [] : [`${count(stale, 'cell')} there of other settings or code: unused, --fresh removes all`]
  return [title, `results in ${folder}: ${work}`, ...old, ...dropped]
}

function progressLine({ done, cells, running, secondsLeft }: ProgressEvent): string {
  const left = secondsLeft === null ? '' : ` · about ${roughly(secondsLeft)} left`
  return `${formatCount(done)} of ${count(cells, 'cell')} · ${formatCount(running)} running${left}`
}

/** An estimate has no fractions of a second. */
function roughly(seconds: number): string {
  return seconds < 10 ? `${Math.max(1, Math.round(seconds))} s` : formatDuration(seconds)
}

function claimLines(claims: readonly ClaimEvent[]): string[] {
  if (claims.length === 0) return []
  const words = { holds: 'holds     ', fails: 'FAILS     ', undecided: 'undecided ' } as const
  return ['', ...claims.flatMap(({ that, outcome, because }) => [`${words[outcome]}${that}`, `          ${because}`])]
}

function summaryLines({ interrupted, stored, failed, complete, seconds, next }: SummaryEvent): string[] {
  const troubles = failed === 0 ? '' : `, ${formatCount(failed)} failed`
  const early = interrupted ? 'interrupted: what is finished is kept; ' : ''
  const rest = complete || interrupted || failed > 0 ? '' : '; cells of other parts are still missing'
  const said = `${early}${count(stored, 'cell')} in ${formatDuration(seconds)}${troubles}${rest}`
  return ['', said, `${interrupted || failed > 0 ? 'go on with' : 'next'}: ${next}`]
}
