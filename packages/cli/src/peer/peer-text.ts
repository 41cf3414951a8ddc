import type { CliIo } from '../io.ts'
import { formatBytes, formatCount, formatDuration, formatPercent, formatSi } from '../output/format.ts'
import { LiveRegion } from '../output/live-region.ts'
import { type Column, formatRow, formatTable, formatTitles } from '../output/table.ts'
import type { PeerEvent, PeerProgress, PeerStart, PeerSummary } from './events.ts'

const COLUMNS: readonly Column<PeerProgress>[] = [
  { title: 'cycle', width: 6, cell: ({ cycle }) => String(cycle) },
  { title: 'age', width: 7, cell: ({ age }) => formatSi(age) },
  { title: 'error', width: 7, cell: ({ error }) => percent(error) },
  { title: 'models in', width: 9, cell: ({ modelsIn }) => formatCount(modelsIn) },
  { title: 'out', width: 7, cell: ({ modelsOut }) => formatCount(modelsOut) },
  { title: 'connected', width: 9, cell: ({ connections }) => String(connections) },
  { title: 'view', width: 4, cell: ({ viewSize }) => String(viewSize) },
  { title: 'heard of', width: 8, cell: ({ peersHeard }) => String(peersHeard) },
  { title: 'refused', width: 7, cell: ({ refused }) => formatCount(refused) },
]

/** Tells a peer's progress for people: one live line on a terminal, a line about once a second in a pipe. */
export class PeerText {
  readonly #io: CliIo
  readonly #region: LiveRegion
  readonly #joinHint: string
  #isServerLost = false

  /** @param joinHint - The command with which others join, without the address. */
  constructor(io: CliIo, joinHint: string) {
    this.#io = io
    this.#region = new LiveRegion(io.stdout)
    this.#joinHint = joinHint
  }

  tell(event: PeerEvent): void {
    switch (event.type) {
      case 'start':
        this.#write(startLines(event, this.#joinHint))
        if (!this.#region.isLive) this.#write([formatTitles(COLUMNS)])
        break
      case 'progress':
        this.#tellOfServer(event)
        if (this.#region.isLive) this.#region.draw([...formatTable(COLUMNS, [event]), '', footer(event)])
        else this.#write([formatRow(COLUMNS, event)])
        break
      case 'summary':
        this.#region.clear()
        this.#write(summaryLines(event))
        break
    }
  }

  /** What a client has when its server is gone, and that it is back. */
  #tellOfServer({ serverLost, round = 0 }: PeerProgress): void {
    const isLost = serverLost === true
    if (isLost === this.#isServerLost) return
    this.#isServerLost = isLost
    this.#region.clear()
    const kept = round === 0 ? 'there is no model of it yet' : `the model of round ${formatCount(round)} is kept`
    this.#write([isLost ? `the server cannot be reached: ${kept}` : 'the server is back'])
  }

  #write(lines: readonly string[]): void {
    this.#io.stdout.write(`${lines.join('\n')}\n`)
  }
}

function startLines(event: PeerStart, joinHint: string): string[] {
  const { role, rows, testRows, cycles, periodMs, features, classes, backend } = event
  const verb = event.resumed !== undefined ? 'goes on with' : role === 'launcher' ? 'launched' : 'joined'
  return [
    `peer ${event.peer}: ${formatCount(rows)} rows to train on, ${formatCount(testRows)} held out`,
    `${verb} ${event.run}: ${event.method}${serverOf(event)}, ${modelOf(event)}; ${features} features, classes ${classes.join(', ')}; ` +
      `${formatCount(cycles)} cycles of ${formatCount(periodMs)} ms`,
    ...resumedLines(event),
    ...(backend === undefined ? [] : [backend]),
    'others join with:',
    ...event.addresses.map((address) => `  ${joinHint} --bootstrap ${address}`),
    '',
  ]
}

function modelOf({ model, lambda }: PeerStart): string {
  return lambda === undefined ? model : `${model}, λ = ${lambda}`
}

/** Where a peer goes on. */
function resumedLines({ resumed }: PeerStart): string[] {
  if (resumed === undefined) return []
  const round = resumed.round === undefined ? '' : `, as of round ${formatCount(resumed.round)}`
  return [`its model was kept: age ${formatCount(resumed.age)}${round}`]
}

function serverOf({ method, launcher, peer }: PeerStart): string {
  if (method === 'gossip') return ''
  return launcher === peer ? ' with this peer as the server' : ` with ${launcher} as the server`
}

function footer({ cycle, cycles }: PeerProgress): string {
  return `cycle ${formatCount(cycle)} of ${formatCount(cycles)}; Ctrl-C leaves`
}

function summaryLines(event: PeerSummary): string[] {
  const { error, isolatedError, interrupted, cycle, cycles, modelsIn, modelsOut, bytesIn, bytesOut, seconds } = event
  const alone = isolatedError === null ? '' : `; alone it would have ${percent(isolatedError)}`
  const early = interrupted ? ', left early' : ''
  return [
    '',
    `error    ${error === null ? 'not measured: no rows held out' : `${percent(error)} on held-out rows${alone}`}`,
    `models   ${formatCount(modelsIn)} in, ${formatCount(modelsOut)} out; age ${formatCount(event.age)}; ${formatCount(event.refused)} messages refused`,
    `traffic  ${formatBytes(bytesIn)} in, ${formatBytes(bytesOut)} out; ${event.peersHeard} other ${event.peersHeard === 1 ? 'peer' : 'peers'} heard of`,
    `run      cycle ${formatCount(cycle)} of ${formatCount(cycles)}${early}, ${formatDuration(seconds)} in all`,
  ]
}

function percent(share: number | null): string {
  return share === null ? '–' : formatPercent(share)
}
