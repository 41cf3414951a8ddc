import type { CliIo } from '../io.ts'
import { formatCount, formatDuration } from '../output/format.ts'
import { LiveTable } from '../output/live-table.ts'
import { type Column, formatTable } from '../output/table.ts'
import type { Analysis, Fact, Quantity } from './analysis.ts'
import type { AnalyseEvent, AnalysePoint, AnalyseSummary } from './events.ts'

/** Tells an analysis for people: one table per quantity on stdout, how far the simulation is on stderr. */
export class AnalyseText {
  readonly #analysis: Analysis
  readonly #io: CliIo
  readonly #live: LiveTable<never>
  readonly #points: AnalysePoint[] = []

  constructor(analysis: Analysis, io: CliIo) {
    this.#analysis = analysis
    this.#io = io
    this.#live = new LiveTable(io.stderr, { columns: [], titles: false, plain: (_, line) => line, now: io.now })
  }

  progress(completed: number, runs: number): void {
    this.#live.update([], `simulated run ${formatCount(completed)} of ${formatCount(runs)}`)
  }

  tell(event: AnalyseEvent): void {
    switch (event.type) {
      case 'start':
        this.#write([this.#analysis.title, this.#analysis.subtitle])
        break
      case 'point':
        this.#live.remove()
        this.#points.push(event)
        break
      case 'summary':
        this.#live.remove()
        for (const quantity of this.#analysis.quantities) this.#write(['', ...this.#tableOf(quantity)])
        this.#write(['', ...factLines(this.#analysis.facts()), summaryLine(event)])
        if (event.plot !== null) this.#write([`plot: ${event.plot}`])
        break
    }
  }

  #tableOf({ name, label, theories }: Quantity): string[] {
    const cell = (key: string) => (point: AnalysePoint) => formatValue(point.quantities[name][key])
    const columns: Column<AnalysePoint>[] = [
      { title: this.#analysis.time.unit, width: 7, cell: ({ time }) => String(time) },
      ...theories.map((theory) => ({ title: theory.name, width: 10, cell: cell(theory.name) })),
      { title: 'simulated', width: 10, cell: cell('simulated') },
      { title: '± s.e.', width: 10, cell: cell('standardError') },
    ]
    return [label, ...formatTable(columns, this.#points)]
  }

  #write(lines: readonly string[]): void {
    this.#io.stdout.write(`${lines.join('\n')}\n`)
  }
}

function factLines(facts: readonly Fact[]): string[] {
  const columns: Column<Fact>[] = [
    { title: '', align: 'left', cell: ({ label }) => label },
    { title: '', cell: ({ value }) => formatValue(value) },
    { title: '', align: 'left', cell: ({ standardError: e }) => (e === undefined ? '' : `± ${formatValue(e)}`) },
  ]
  return formatTable(columns, facts).slice(1)
}

function summaryLine({ runs, seed, seconds, interrupted }: AnalyseSummary): string {
  const early = interrupted ? ' (interrupted)' : ''
  return `simulated: mean and standard error of ${formatCount(runs)} ${runs === 1 ? 'run' : 'runs'}${early}, seed ${seed}, ${formatDuration(seconds)}`
}

/** Six decimals for what is of the order of 1, else three significant digits; `–` for what is not known. */
function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1000) return formatCount(value)
  return size === 0 || size >= 1e-4 ? value.toFixed(size >= 10 ? 2 : 6) : value.toExponential(2)
}
