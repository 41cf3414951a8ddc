import { formatViolation } from '@hearsay/simulator'
import type { CliIo } from '../io.ts'
import { formatCount, formatDuration, formatRate } from '../output/format.ts'
import { LiveTable } from '../output/live-table.ts'
import type { ExploreEvent, ExploreProgress, ExploreRun, ExploreStart, ExploreSummary } from './events.ts'

/** Runs that are told in full; a defect that hits every plan would fill the terminal. */
const TOLD_MAX = 10

/** Tells an exploration for people: findings on stdout, how far it has come on stderr. */
export class ExploreText {
  readonly #io: CliIo
  readonly #live: LiveTable<never>
  #told = 0

  constructor(io: CliIo) {
    this.#io = io
    const plain = (_: readonly never[], footer: string): string => footer
    this.#live = new LiveTable(io.stderr, { columns: [], titles: false, plain, now: io.now })
  }

  tell(event: ExploreEvent): void {
    switch (event.type) {
      case 'start':
        this.#write([startLine(event)])
        break
      case 'progress':
        this.#live.update([], progressLine(event))
        break
      case 'run':
        if (++this.#told > TOLD_MAX) break
        this.#live.remove()
        this.#write(runLines(event))
        break
      case 'summary':
        this.#live.remove()
        this.#write(summaryLines(event, this.#told - TOLD_MAX))
        break
    }
  }

  #write(lines: readonly string[]): void {
    this.#io.stdout.write(`${lines.join('\n')}\n`)
  }
}

function startLine({ runs, seed, protocols, workers }: ExploreStart): string {
  const plans = runs === 1 ? `the plan of seed ${seed}` : `${formatCount(runs)} plans from seed ${seed} on`
  const subjects = protocols.length === 1 ? protocols[0] : `${protocols.length} protocols`
  return `${plans}, ${subjects}, ${workers === 1 ? '1 thread' : `${workers} threads`}`
}

function progressLine({ done, runs, violations, runsPerSecond, etaSeconds }: ExploreProgress): string {
  const rate = formatRate(runsPerSecond, 'plans')
  const found = `${formatCount(violations)} with a violation`
  return `${formatCount(done)} of ${formatCount(runs)} plans, ${found}, ${rate}, ${formatDuration(etaSeconds)} left`
}

function runLines({ protocol, seed, peers, cycles, plan, violation, recent, replay, traceHash }: ExploreRun): string[] {
  const about = `${protocol}, seed ${seed}: ${peers} peers, ${cycles} cycles`
  if (violation === null) {
    return ['', about, '', ...planLines(plan), '', `every invariant holds; trace hash ${traceHash}`]
  }
  const what = ['', about, `  ${formatViolation(violation)}`]
  if (recent.length === 0) return [...what, `  replay: ${replay}`]
  return [...what, '', ...planLines(plan), '', 'what happened last:', ...recent.map((line) => `  ${line}`)]
}

function planLines(plan: ExploreRun['plan']): string[] {
  const faults = Object.entries(plan).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`)
  return faults.length === 0 ? ['plan: no faults'] : ['plan:', ...faults]
}

function summaryLines(event: ExploreSummary, untold: number): string[] {
  const { runs, events, violations, seconds, runsPerSecond, interrupted } = event
  const rate = formatRate(runsPerSecond, 'plans')
  const lines = [
    '',
    `${runs === 1 ? '1 plan' : `${formatCount(runs)} plans`}, ${formatCount(events)} events, ${formatDuration(seconds)}, ${rate}` +
      (interrupted ? ' (interrupted)' : ''),
    violations === 0 ? 'every invariant held' : `invariants did not hold in ${formatCount(violations)} of them`,
  ]
  return untold > 0
    ? [...lines.slice(0, 1), `${formatCount(untold)} more runs are not shown`, ...lines.slice(1)]
    : lines
}
