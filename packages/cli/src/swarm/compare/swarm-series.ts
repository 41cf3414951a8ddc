import {
  distributionOf,
  ERROR_METRIC,
  type Measurement,
  type PeerMeasurement,
  type TrialResult,
} from '@hearsay/experiments'
import type { Progress } from '@hearsay/peer'

/** A peer that has not reported for so many cycles is not counted as online. */
const SILENT_CYCLES = 5
/** Points of a curve, at most. */
const POINTS_MAX = 100

/** Cycles after which a run is measured: all, or a hundred at equal distances. The last is the run's. */
export function measuredCycles(cycles: number): number[] {
  const points = Math.min(cycles, POINTS_MAX)
  return Array.from({ length: points }, (_, i) => Math.round(((i + 1) * cycles) / points))
}

/** What a series does not learn from the peers' reports. */
export interface SeriesFacts {
  readonly periodMs: number
  /** Rows of each peer. */
  readonly rows: readonly number[]
  /** Whether peer 0 is a server. */
  readonly hasServer: boolean
}

/** Keeps what all peers of a swarm have reported at the cycles that count. */
export class SwarmSeries {
  readonly cycles: readonly number[]
  /** For each peer, the last report until each measured cycle; where there was none since the one before, a gap. */
  readonly #reports: (Progress | undefined)[][]

  /** @param cycles - Ascending; at least one. */
  constructor(peers: number, cycles: readonly number[]) {
    this.cycles = cycles
    this.#reports = Array.from({ length: peers }, () => cycles.map(() => undefined))
  }

  observe(peer: number, progress: Progress): void {
    const index = this.cycles.findIndex((cycle) => cycle >= progress.cycle)
    const reports = this.#reports[peer]
    if (index >= 0 && reports !== undefined) reports[index] = progress
  }

  /** The last report of a peer until a measured cycle, named by its index. */
  report(peer: number, index: number): Progress | undefined {
    return this.#reports[peer].slice(0, index + 1).findLast((progress) => progress !== undefined)
  }

  /** The run as a trial: what its peers have measured and counted. */
  toTrial(facts: SeriesFacts): TrialResult {
    const reached = this.cycles.flatMap((_, index) => (this.#online(index).length > 0 ? [index] : []))
    const series = (reached.length > 0 ? reached : [0]).map((index) => this.#measure(index, facts))
    const last = this.cycles.length - 1
    const peers = this.#reports.map((_, peer) => peerMeasurement(peer, this.report(peer, last), facts))
    return { metric: ERROR_METRIC, series, peers, traceHash: '' }
  }

  #measure(index: number, { periodMs }: SeriesFacts): Measurement {
    const online = this.#online(index)
    const all = this.#reports.flatMap((_, peer) => this.report(peer, index) ?? [])
    const cycle = this.cycles[index]
    return {
      ...distributionOf(online.map(({ error }) => error ?? Number.NaN)),
      ...{ cycle, timeMs: cycle * periodMs, online: online.length },
      age: sum(online.map(({ age }) => age)) / Math.max(1, online.length),
      messages: sum(all.map(({ framesOut }) => framesOut)),
      bytes: sum(all.map(({ bytesOut }) => bytesOut)),
      steps: sum(all.map(({ steps }) => steps)),
    }
  }

  #online(index: number): Progress[] {
    const since = this.cycles[index] - SILENT_CYCLES
    return this.#reports.flatMap((_, peer) => {
      const progress = this.report(peer, index)
      return progress !== undefined && progress.cycle >= since ? [progress] : []
    })
  }
}

function peerMeasurement(peer: number, last: Progress | undefined, { rows, hasServer }: SeriesFacts): PeerMeasurement {
  return {
    ...{ peer, role: hasServer && peer === 0 ? 'server' : 'peer', value: last?.error ?? Number.NaN },
    ...{ age: last?.age ?? 0, steps: last?.steps ?? 0, rows: rows[peer] },
    ...{ messagesSent: last?.framesOut ?? 0, bytesSent: last?.bytesOut ?? 0 },
    ...{ messagesReceived: last?.framesIn ?? 0, bytesReceived: last?.bytesIn ?? 0 },
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
