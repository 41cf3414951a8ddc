import type { Progress } from '@hearsay/peer'
import type { Sent, SentByPeer, SentBytes } from './sent.ts'
import { Statistics, type SummaryStatistics } from '@hearsay/experiments'

/** How a peer of the swarm is doing. */
type Standing = 'starting' | 'running' | 'ended' | 'lost'

interface Entry {
  standing: Standing
  name: string | undefined
  progress: Progress | undefined
  heardMs: number
  /** Names of the peers in its view at its end. */
  view: readonly string[]
}

/** Sums and statistics over the peers. */
export interface SwarmTotals {
  readonly cycle: number
  readonly online: number
  readonly age: number
  readonly error: SummaryStatistics | null
  readonly modelsIn: number
  readonly modelsOut: number
  readonly steps: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly refused: number
}

/** Keeps what is known of every peer of a swarm: its last report, and whether it still lives. */
export class Ledger {
  readonly #entries: Entry[]
  readonly #recentMs: number
  #startMs = Number.NEGATIVE_INFINITY

  /**
   * @param peers - Peers of the swarm.
   * @param recentMs - A peer that has not reported for this long does not count as online.
   */
  constructor(peers: number, recentMs: number) {
    this.#recentMs = recentMs
    this.#entries = Array.from({ length: peers }, () => ({
      standing: 'starting',
      name: undefined,
      progress: undefined,
      heardMs: Number.NEGATIVE_INFINITY,
      view: [],
    }))
  }

  /** Says when the run begins: before that, peers have nothing to report, and are not silent. */
  startAt(startMs: number): void {
    this.#startMs = startMs
  }

  /** A peer takes part in the run. */
  join(peer: number, name: string, progress: Progress, nowMs: number): void {
    const entry = this.#entries[peer]
    if (entry === undefined || entry.standing !== 'starting') return
    Object.assign(entry, { standing: 'running', name, progress, heardMs: nowMs })
  }

  report(peer: number, progress: Progress, nowMs: number): void {
    const entry = this.#entries[peer]
    if (entry === undefined || entry.standing !== 'running') return
    Object.assign(entry, { progress, heardMs: nowMs })
  }

  /** A peer has reached the end of the run, or has been told to stop. */
  end(peer: number, name: string, progress: Progress, view: readonly string[]): void {
    const entry = this.#entries[peer]
    if (entry === undefined || entry.standing === 'lost') return
    Object.assign(entry, { standing: 'ended', name, progress, view })
  }

  /** A peer is gone for good. Whoever has ended before has told all there is to know: it stays. */
  lose(peer: number): void {
    const entry = this.#entries[peer]
    if (entry !== undefined && entry.standing !== 'ended') entry.standing = 'lost'
  }

  /** Gives up on everybody who has not ended. */
  loseTheRest(): void {
    for (const peer of this.#entries.keys()) this.lose(peer)
  }

  get lost(): number {
    return this.#count('lost')
  }

  get starting(): number {
    return this.#count('starting')
  }

  /** Whether there is nobody left to wait for. */
  get isSettled(): boolean {
    return this.#entries.every(({ standing }) => standing === 'ended' || standing === 'lost')
  }

  totals(nowMs: number): SwarmTotals {
    const online = this.#online(nowMs)
    const cycles = online.map(({ cycle }) => cycle)
    return {
      cycle: cycles.reduce((a, b) => Math.max(a, b), 0),
      online: online.length,
      age: median(online.map(({ age }) => age)),
      error: statisticsOf(online.map(({ error }) => error ?? undefined)),
      modelsIn: this.#sum('modelsIn'),
      modelsOut: this.#sum('modelsOut'),
      steps: this.#sum('steps'),
      bytesIn: this.#sum('bytesIn'),
      bytesOut: this.#sum('bytesOut'),
      refused: this.#sum('refused'),
    }
  }

  /** What the peers at the end would have reached alone. */
  isolatedErrors(nowMs: number): SummaryStatistics | null {
    return statisticsOf(this.#online(nowMs).map(({ isolatedError }) => isolatedError))
  }

  /** Bytes in and out of the peers at the end: the mean. */
  bytesPerPeer(nowMs: number): number {
    const online = this.#online(nowMs)
    const bytes = online.reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0)
    return online.length === 0 ? 0 : Math.round(bytes / online.length)
  }

  /** What the peers at the end have sent. */
  sent(nowMs: number): Sent {
    const online = this.#online(nowMs)
    return {
      all: sentBytesOf(online.map(({ bytesOut }) => bytesOut)),
      models: sentBytesOf(online.map(({ learningBytesOut }) => learningBytesOut)),
    }
  }

  /** What one peer has sent by its last report, wherever it is now. */
  sentBy(peer: number): SentByPeer {
    const { bytesOut = 0, learningBytesOut = 0 } = this.#entries[peer]?.progress ?? {}
    return { all: bytesOut, models: learningBytesOut }
  }

  /** What the peers at the end have counted as the size of the swarm: the median, to a tenth; `undefined` where none has. */
  counted(nowMs: number): number | undefined {
    const counts = this.#online(nowMs).flatMap(({ counted }) => (counted === undefined ? [] : [10 * counted]))
    return counts.length === 0 ? undefined : Math.round(median(counts)) / 10
  }

  /** Entries of lost peers in the last views of the others. */
  get deadInViews(): number {
    const dead = new Set(this.#entries.flatMap(({ standing, name }) => (standing === 'lost' && name ? [name] : [])))
    return this.#entries
      .filter(({ standing }) => standing === 'ended')
      .reduce((sum, { view }) => sum + view.filter((name) => dead.has(name)).length, 0)
  }

  #count(standing: Standing): number {
    return this.#entries.filter((entry) => entry.standing === standing).length
  }

  #online(nowMs: number): Progress[] {
    return this.#entries.flatMap(({ standing, progress, heardMs }) => {
      const isOnline =
        standing === 'ended' || (standing === 'running' && nowMs - Math.max(heardMs, this.#startMs) <= this.#recentMs)
      return isOnline && progress !== undefined ? [progress] : []
    })
  }

  #sum(key: 'modelsIn' | 'modelsOut' | 'steps' | 'bytesIn' | 'bytesOut' | 'refused'): number {
    return this.#entries.reduce((sum, { progress }) => sum + (progress?.[key] ?? 0), 0)
  }
}

function statisticsOf(values: readonly (number | undefined)[]): SummaryStatistics | null {
  const statistics = new Statistics()
  for (const value of values) if (value !== undefined) statistics.add(value)
  return statistics.count === 0 ? null : statistics.toSummary()
}

function sentBytesOf(values: readonly number[]): SentBytes {
  return { median: median(values), max: values.reduce((a, b) => Math.max(a, b), 0) }
}

/** 0 where there are no values. */
function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : Math.round((sorted[middle - 1] + sorted[middle]) / 2)
}
