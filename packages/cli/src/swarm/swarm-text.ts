import type { CliIo } from '../io.ts'
import { formatBytes, formatCount, formatPercent, formatSi } from '../output/format.ts'
import { LiveRegion } from '../output/live-region.ts'
import { type Column, formatRow, formatTable, formatTitles } from '../output/table.ts'
import { comparisonLines, reportLines, UNFINISHED } from './compare/comparison-text.ts'
import type { SwarmEvent, SwarmProgress, SwarmStart, SwarmSummary } from './events.ts'
import { rangeOf } from './range.ts'
import { nextLines, summaryLines } from './summary-text.ts'

const COLUMNS: readonly Column<SwarmProgress>[] = [
  { title: 'cycle', width: 5, cell: ({ cycle }) => String(cycle) },
  { title: 'online', width: 6, cell: ({ online }) => String(online) },
  { title: 'age', width: 7, cell: ({ age }) => formatSi(age) },
  { title: 'error', width: 7, cell: ({ error }) => percent(error?.mean) },
  { title: 'min', width: 7, cell: ({ error }) => percent(error?.min) },
  { title: 'max', width: 7, cell: ({ error }) => percent(error?.max) },
  { title: 'models in', width: 9, cell: ({ modelsIn }) => formatCount(modelsIn) },
  { title: 'out', width: 7, cell: ({ modelsOut }) => formatCount(modelsOut) },
  { title: 'bytes in', width: 8, cell: ({ bytesIn }) => formatBytes(bytesIn) },
  { title: 'out', width: 8, cell: ({ bytesOut }) => formatBytes(bytesOut) },
  { title: 'refused', width: 7, cell: ({ refused }) => formatCount(refused) },
]

/** Rows that stay on a terminal above the current one. */
const MILESTONES_MAX = 12

/** Tells a swarm for people: a live table on a terminal, a line about once a second in a pipe. */
export class SwarmText {
  readonly #io: CliIo
  readonly #region: LiveRegion
  #milestones: SwarmProgress[] = []
  readonly #isPart: boolean
  #current: SwarmProgress | undefined

  /** @param options - `isPart`: whether the run is one of several, whose comparison comes last. */
  constructor(io: CliIo, { isPart = false }: { readonly isPart?: boolean } = {}) {
    this.#io = io
    this.#isPart = isPart
    this.#region = new LiveRegion(io.stdout)
  }

  tell(event: SwarmEvent): void {
    switch (event.type) {
      case 'start':
        this.#write([...startLines(event), ''])
        if (!this.#region.isLive) this.#write([formatTitles(COLUMNS)])
        break
      case 'progress':
        this.#progress(event)
        break
      case 'process-lost':
        this.#note(
          `process ${event.process} (${event.reason}) and its ${event.peers} peers are gone: ${event.online} go on`,
        )
        break
      case 'peer-failed':
        this.#note(`peer ${event.peer} failed: ${event.message}`)
        break
      case 'summary':
        this.#region.release()
        this.#end(event)
        break
      case 'comparison':
        this.#write(comparisonLines(event))
        break
      case 'report':
        this.#write([...reportLines(event), '', ...nextLines()])
        break
    }
  }

  #progress(event: SwarmProgress): void {
    if (!this.#region.isLive) {
      this.#write([formatRow(COLUMNS, event)])
      return
    }
    if (this.#current !== undefined && isMilestone(this.#current, event)) {
      this.#milestones.push(this.#current)
      if (this.#milestones.length > MILESTONES_MAX) this.#milestones.shift()
    }
    this.#current = event
    this.#draw()
  }

  #end(summary: SwarmSummary): void {
    this.#milestones = []
    this.#current = undefined
    const isLast = !this.#isPart || summary.interrupted
    // An interrupted comparison tells of both runs, an interrupted first run of itself.
    if (isLast && !(this.#isPart && summary.method !== 'gossip')) this.#write(['', ...summaryLines(summary)])
    else this.#write([''])
    if (this.#isPart && summary.interrupted && summary.method === 'gossip') this.#write(['', UNFINISHED])
  }

  #note(text: string): void {
    this.#region.clear()
    this.#write([text])
    this.#draw()
  }

  #draw(): void {
    if (this.#current === undefined) return
    const { cycle, cycles } = this.#current
    const table = formatTable(COLUMNS, [...this.#milestones, this.#current])
    const footer = cycle < cycles ? `cycle ${cycle} of ${cycles}; Ctrl-C ends the run early` : ''
    this.#region.draw(footer === '' ? table : [...table, '', footer])
  }

  #write(lines: readonly string[]): void {
    this.#io.stdout.write(`${lines.join('\n')}\n`)
  }
}

/** Whether a row stays when the next one comes: the first after 0, 1, 2, 5, 10 and then every 10th cycle. */
function isMilestone(row: SwarmProgress, next: SwarmProgress): boolean {
  const step = (cycle: number): number => (cycle < 5 ? cycle : cycle < 10 ? 5 : 10 * Math.floor(cycle / 10))
  return step(row.cycle) !== step(next.cycle)
}

function startLines(event: SwarmStart): string[] {
  const rows = rangeOf(event.rowsPerPeer)
  const processes = event.processes.length
  return [
    `${formatCount(event.peers)} libp2p peers in ${processes} ${processes === 1 ? 'process' : 'processes'}, ` +
      `each with its own ${rows} rows of ${event.dataset} (${event.shards}); ${formatCount(event.testRows)} rows held out`,
    `${methodOf(event)}: ${modelOf(event)}; ${formatCount(event.cycles)} cycles of ${formatCount(event.periodMs)} ms; first peer: ${event.address}`,
    ...(event.backend === undefined ? [] : [event.backend]),
  ]
}

function modelOf({ model, lambda }: SwarmStart): string {
  return lambda === undefined ? model : `${model}, λ = ${lambda}`
}

function methodOf({ method, roundMs }: SwarmStart): string {
  return roundMs === undefined ? method : `${method}, rounds of ${formatCount(roundMs)} ms by the first peer`
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : formatPercent(share)
}
